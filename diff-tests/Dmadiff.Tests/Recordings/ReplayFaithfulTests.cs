// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Recordings;
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Recordings;

/// <summary>A replay hands out the addresses that the recorded machine did.</summary>
public sealed class ReplayFaithfulTests : IDisposable
{
    private readonly Replayed _replayed = new();

    public void Dispose() => _replayed.Dispose();

    [Theory]
    [InlineData(1, 0u)]
    [InlineData(1, 0xfffu)]
    [InlineData(2, 0u)]
    [InlineData(4, 0xfffu)]
    [InlineData(3, 0x1ffu)]
    public void From_the_start_every_address_agrees(int cpus, uint minAlign)
    {
        using var machine = new RecordedMachine(cpus, minAlign);
        machine.Work(2000, live: 300, seed: cpus);
        Recording recording = _replayed.Open(machine.Text());
        recording.Pool!.Base.ShouldBe(RecordedMachine.PoolBase);
        recording.Pool.IsGuess.ShouldBeFalse();
        recording.Devices[0].MinAlignMask.ShouldBe(minAlign);
        ShouldAgree(recording, least: 900);
    }

    [Fact]
    public void More_areas_than_cpus_are_found_by_where_they_lie()
    {
        using var machine = new RecordedMachine(8);
        var first = machine.Map(0, 0, 100);
        var second = machine.Map(1, 4096, 100);
        machine.Unmap(1, first);
        machine.Unmap(0, second);
        Recording recording = _replayed.Open(
            machine.Text().Replace("#P:8", "#P:2", StringComparison.Ordinal));
        recording.Pool!.Areas.ShouldBe(8);
        ShouldAgree(recording, least: 2);
    }

    [Theory]
    [InlineData(501, 1, 0u)]
    [InlineData(1000, 2, 0u)]
    [InlineData(1733, 2, 0xfffu)]
    public void From_the_middle_every_address_agrees(int from, int cpus, uint minAlign)
    {
        using var machine = new RecordedMachine(cpus, minAlign);
        machine.Work(3000, live: 100, seed: from);
        Recording recording = _replayed.Open(
            machine.Text(from), new MachineKnowledge(
                (RecordedMachine.PoolBase, 64UL << 20),
                new Dictionary<string, ulong>(StringComparer.Ordinal)));
        recording.Overwritten.ShouldBe(from);
        recording.Earlier.ShouldBeGreaterThan(5);
        recording.EarlierMade.ShouldBe(recording.Earlier);
        ShouldAgree(recording, least: 700);
    }

    [Fact]
    public void Lists_are_mapped_and_unmapped_segment_by_segment()
    {
        using var machine = new RecordedMachine();
        var list = machine.MapList(0, (0, 4096), (0x5000, 100), (0x8000, 20480));
        var single = machine.Map(0, 0x20000, 48);
        machine.UnmapList(0, list, 0, 0x5000, 0x8000);
        machine.Unmap(0, single);
        string text = machine.Text();
        _replayed.Operations(text).ShouldBe([
            "map m0 d0 b0+0 4K from_device no_warn",
            "map m1 d0 b1+0 100 from_device no_warn",
            "map m2 d0 b2+0 20K from_device no_warn",
            "map m3 d0 b3+0 48 to_device",
            "unmap m0", "unmap m1", "unmap m2", "unmap m3",
        ]);
        ShouldAgree(_replayed.Open(text), least: 4);
    }

    [Fact]
    public void A_full_pool_fails_where_it_failed()
    {
        using var machine = new RecordedMachine(cmdline: "swiotlb=512");
        machine.Work(400, live: 400, seed: 7);
        Recording recording = _replayed.Open(machine.Text(), new MachineKnowledge(
            (RecordedMachine.PoolBase, 1UL << 20),
            new Dictionary<string, ulong>(StringComparer.Ordinal)));
        ShouldAgree(recording, least: 100);
        Replayed.OnPort(recording).Timeline.Failures.ShouldBeGreaterThan(10);
    }

    [Fact]
    public void An_address_that_is_given_out_again_ends_its_older_mapping()
    {
        using var machine = new RecordedMachine(cmdline: "swiotlb=512");
        for (var i = 0; i < 300; i++)
        {
            machine.Unmap(0, machine.Map(0, 0, 4096));
        }

        // Without most of the unmaps the pool would be full at once.
        var kept = machine.Text().Split('\n')
            .Where((line, i) => !line.Contains("unmap", StringComparison.Ordinal) || i > 700);
        Recording recording = _replayed.Open(string.Join('\n', kept), new MachineKnowledge(
            (RecordedMachine.PoolBase, 1UL << 20),
            new Dictionary<string, ulong>(StringComparer.Ordinal)));
        ShouldAgree(recording, least: 300);
        Replayed.Import(recording).Dropped
            .ShouldContainKey("unmap that is missing: the address was given out again");
    }

    [Fact]
    public void The_first_address_that_does_not_agree_is_told_with_its_line()
    {
        using var machine = new RecordedMachine();
        machine.Work(200, live: 20, seed: 3);
        int doctored = machine.Lines.FindIndex(
            150, line => line.Contains("dma_map_page", StringComparison.Ordinal)
                && line.Contains("dma_addr=1b4", StringComparison.Ordinal));
        machine.Lines[doctored] = machine.Lines[doctored].Replace(
            "dma_addr=1b4", "dma_addr=1b5", StringComparison.Ordinal);
        var replay = Replayed.OnPort(_replayed.Open(machine.Text()));
        replay.Addresses.Agreed.ShouldBeLessThan(replay.Addresses.Compared);

        // Four lines are in front of the events.
        replay.Addresses.First!.Step.Line.ShouldBe(doctored + 5);
        replay.Addresses.First.Recorded.ShouldStartWith("pool+0x1");
        replay.Addresses.First.Replayed.ShouldStartWith("pool+0x");
    }

    [Fact]
    public void Mappings_that_need_no_bounce_get_their_own_address()
    {
        const string map = "a-1 [000] 7.2: dma_map_page: 0000:00:04.0 dir=TO_DEVICE "
            + "dma_addr={0} size=16 phys_addr={0} attrs=\n";
        Recording recording = _replayed.Open(
            string.Format(null, map, "4000010") + string.Format(null, map, "fd000000")
            + string.Format(null, map, "140000800") + string.Format(null, map, "8800"));
        recording.Pool.ShouldBeNull();

        // Where the pool is, and below 1 MiB, memory cannot be had.
        recording.MovedBytes.ShouldBe(8192UL);
        ShouldAgree(recording, least: 4);
    }

    [Fact]
    public void Syncs_find_the_mapping_that_they_lie_in()
    {
        using var machine = new RecordedMachine();
        var mapped = machine.Map(0, 0, 8192, "FROM_DEVICE");
        machine.Write(0, "d..1.",
            $"dma_sync_single_for_cpu: 0000:00:04.0 dir=FROM_DEVICE "
            + $"dma_addr={mapped.Dma + 5000:x} size=64");
        machine.Write(0, "d..1.",
            $"dma_sync_sg_for_device: 0000:00:04.0 dir=FROM_DEVICE "
            + $"dma_addrs={{0x{mapped.Dma:x}}} sizes={{8192}}");
        _replayed.Operations(machine.Text())[1..].ShouldBe(
            ["sync_for_cpu m0+5000 64", "sync_for_device m0+0 8K"]);
    }

    [Fact]
    public void Mappings_behind_an_iommu_are_told_from_others()
    {
        Recording recording = _replayed.Open(
            "a-1 [000] 7.1: map: IOMMU: iova=0x00000000fffff000 - 0x0000000100000000 "
            + "paddr=0x0000000003f27000 size=4096\n"
            + "a-1 [000] 7.2: dma_map_page: 0000:00:02.0 dir=FROM_DEVICE dma_addr=fffff000 "
            + "size=4096 phys_addr=3f27000 attrs=\n"
            + "a-1 [000] 7.3: dma_map_page: 0000:00:04.0 dir=FROM_DEVICE dma_addr=3f28000 "
            + "size=4096 phys_addr=3f28000 attrs=\n");
        recording.Devices[0].Translated.ShouldBe(1);
        recording.Devices[0].Iommu.ShouldBe(AbiIommuMode.Lazy);
        recording.Header.Devices[0].Iommu.IsPci.ShouldBeTrue();
        recording.Devices[1].Direct.ShouldBe(1);
        recording.Devices[1].Iommu.ShouldBe(AbiIommuMode.None);
    }

    [Fact]
    public void Parts_of_a_list_behind_an_iommu_get_their_lengths_back()
    {
        const string map = "a-1 [000] 7.1: map: IOMMU: iova=0x{0:x16} - 0x0 "
            + "paddr=0x{1:x16} size={2}\n";
        string text = string.Format(null, map, 0xfffa0000UL, 0x2000000UL, 8192)
            + string.Format(null, map, 0xfffa2000UL, 0x5000000UL, 4096)
            + "a-1 [000] 7.2: dma_map_sg: 0000:00:02.0 dir=FROM_DEVICE nents=3/3 ents=1/1 "
            + "dma_addrs={0xfffa0200} sizes={0x1f00} "
            + "phys_addrs={0x2000200,0x2001000,0x5000000} attrs=\n"
            + "a-1 [000] 7.3: dma_unmap_sg: 0000:00:02.0 dir=FROM_DEVICE "
            + "phys_addrs={0x2000200,0x2001000,0x5000000} attrs=\n";
        _replayed.Operations(text).ShouldBe([
            "sglist s0 b0+0x200:3584 b0+0x1000:4K b1+0:256",
            "map_sg m0 d0 s0 from_device",
            "sg_address m0 0",
            "time 100",
            "unmap_sg m0",
        ]);
    }

    private static void ShouldAgree(Recording recording, long least)
    {
        var (trace, _) = Replayed.Import(recording);
        TraceRules.Check(trace).ShouldBeEmpty();
        var replay = Replayed.OnPort(recording);
        replay.Addresses.First.ShouldBeNull(replay.Addresses.First?.ToString());
        replay.Addresses.Agreed.ShouldBe(replay.Addresses.Compared);
        replay.Addresses.Compared.ShouldBeGreaterThanOrEqualTo(least);
    }
}
