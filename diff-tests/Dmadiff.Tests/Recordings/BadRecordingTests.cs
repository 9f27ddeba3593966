// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Recordings;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Recordings;

/// <summary>Recordings with gaps and mistakes in them, and files that are none.</summary>
public sealed class BadRecordingTests : IDisposable
{
    private const string Map = "a-1 [000] 7.2: dma_map_page: 0000:00:04.0 dir=TO_DEVICE "
        + "dma_addr=4000000 size=16 phys_addr=4000000 attrs=\n";

    private readonly Replayed _replayed = new();

    public void Dispose() => _replayed.Dispose();

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("hello\nworld\n", "no recording: none of its 2 lines is an event as trace, "
        + "trace-cmd report or perf script print them")]
    [InlineData("# tracer: nop\n", "no recording: none of its 1 lines is an event as trace, "
        + "trace-cmd report or perf script print them")]
    [InlineData("a-1 [000] 7.2: sched_switch: prev=1\na-1 [000] 7.2: sched_switch: prev=1\n",
        "none of its 2 events is of the DMA API; record with -e dma -e swiotlb -e iommu")]
    public void A_file_that_is_no_recording_is_refused(string text, string why)
    {
        var e = Should.Throw<RecordingException>(() => _replayed.Open(text));
        e.Message.ShouldEndWith("recording.txt: " + why);
    }

    [Fact]
    public void A_file_of_which_nothing_can_be_read_is_refused_with_the_first_line()
    {
        var e = Should.Throw<RecordingException>(
            () => _replayed.Open("\na-1 [000] 7.2: dma_map_page: 0000:00:04.0 dir=TO_DEVICE\n"));
        e.Message.ShouldEndWith("recording.txt:2: no dma_addr; no event in the file can be read");
    }

    [Theory]
    [InlineData("dma_map_page: 0000:00:04.0 dir=TO_DEVICE dma_addr=zz size=16 phys_addr=1",
        "no dma_addr")]
    [InlineData("dma_map_page: 0000:00:04.0 dir=TO_DEVICE dma_addr=1 size=16", "no phys_addr")]
    [InlineData("dma_map_page: 0000:00:04.0 dir=TO_DEVICE dma_addr=1 phys_addr=1 size=1x",
        "no size")]
    [InlineData("dma_map_page: 0000:00:04.0 dir=SIDEWAYS dma_addr=1 size=16 phys_addr=1",
        "no direction that is known")]
    [InlineData("dma_map_page: dir=TO_DEVICE dma_addr=1 size=16 phys_addr=1", "no device")]
    [InlineData("dma_map_page:", "no device")]
    [InlineData("dma_map_sg: 0000:00:04.0 dir=TO_DEVICE dma_addrs={0x1,} sizes={0x1} "
        + "phys_addrs={0x1}", "no array dma_addrs")]
    [InlineData("dma_map_sg: 0000:00:04.0 dir=TO_DEVICE dma_addrs={0x1,0x2} sizes={0x1} "
        + "phys_addrs={0x1}", "as many sizes as dma_addrs must be there")]
    [InlineData("swiotlb_bounced: dev_name: 0000:00:04.0 dma_mask=1 size=16", "no dev_addr")]
    public void A_line_that_cannot_be_read_is_counted_and_named(string line, string why)
    {
        Recording recording = _replayed.Open($"{Map}a-1 [000] 7.3: {line}\n");
        recording.BadLineCount.ShouldBe(1);
        recording.BadLines.ShouldBe([new BadLine(2, why)]);
        recording.Events.ShouldBe(1);
    }

    [Fact]
    public void A_line_without_end_is_left_out_and_what_follows_is_read()
    {
        string huge = new('x', 3_000_000);
        Recording recording = _replayed.Open(
            $"{Map}a-1 [000] 7.3: dma_map_page: {huge}\n{huge}\n{Map}");
        recording.BadLines.ShouldBe([new BadLine(2, "longer than a line can be")]);
        recording.Events.ShouldBe(2);
        recording.OtherLines.ShouldBe(1);
        recording.Bytes.ShouldBe((2 * Map.Length) + (2 * huge.Length) + 31);
    }

    [Fact]
    public void What_cannot_become_an_operation_is_counted_by_kind()
    {
        const string rest = "0000:00:04.0 dir=TO_DEVICE dma_addr=9000000 size=16 attrs=\n";
        Recording recording = _replayed.Open(Map
            + $"a-1 [000] 7.3: dma_unmap_page: {rest}"
            + $"a-1 [000] 7.3: dma_sync_single_for_cpu: {rest}"
            + $"a-1 [000] 7.3: dma_map_resource: {rest}"
            + $"a-1 [000] 7.3: dma_free: {rest}"
            + $"a-1 [000] 7.3: dma_frobnicate: {rest}"
            + "a-1 [000] 7.3: swiotlb_bounced: dev_name: x dev_addr=5000000 size=1 FORCE\n"
            + "a-1 [000] 7.3: dma_unmap_sg: 0000:00:04.0 dir=TO_DEVICE phys_addrs={0x1} attrs=\n"
            + "a-1 [000] 7.3: sched_switch: prev_comm=a\n");
        recording.OtherEvents.ShouldBe(
            [new CountedKind("dma_frobnicate (not known)", 1), new CountedKind("sched_switch", 1)]);
        Replayed.Import(recording).Dropped.ShouldBe(new Dictionary<string, long>
        {
            ["unmap of what no recorded map made"] = 1,
            ["sync of what no recorded map made"] = 1,
            ["dma_map_resource: no memory"] = 1,
            ["dma_free: memory of its own, not through swiotlb"] = 1,
            ["dma_unmap_sg of what no recorded map made"] = 1,
            ["swiotlb_bounced that no mapping followed"] = 1,
        }, ignoreOrder: true);
    }

    [Theory]
    [InlineData("CPU:0 [LOST 12 EVENTS]", 12)]
    [InlineData("CPU:1 [12 EVENTS DROPPED]", 12)]
    [InlineData("CPU:1 [EVENTS DROPPED]", 1)]
    [InlineData("dd   174 [000]     7.3: PERF_RECORD_LOST lost 12", 12)]
    public void Events_that_the_recorder_lost_are_told(string line, long lost)
    {
        Recording recording = _replayed.Open($"{Map}{line}\n{Map}");
        recording.Lost.ShouldBe(lost);
        Replayed.Import(recording).Dropped["events lost by the recorder"].ShouldBe(lost);
    }

    [Fact]
    public void What_was_overwritten_is_told()
    {
        Recording recording = _replayed.Open(
            "# entries-in-buffer/entries-written: 100/4334   #P:2\n" + Map);
        recording.Overwritten.ShouldBe(4234);
        recording.Cpus.ShouldBe(2);
    }
}
