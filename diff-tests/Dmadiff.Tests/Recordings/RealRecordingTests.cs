// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Recordings;
using Dmadiff.Diff.Replays;
using Dmadiff.Diff.Traces;
using Dmadiff.Tests.RealKernels;
using Dmadiff.Tests.Style;
using Shouldly;
using Xunit;
using Recording = Dmadiff.Diff.Recordings.Recording;

namespace Dmadiff.Tests.Recordings;

/// <summary>A test of a recording of a real machine, which is not part of this repository:
/// skipped unless DMADIFF_FTRACE names the folder, or it lies next to the repository.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealRecordingTheoryAttribute : TheoryAttribute
{
    public RealRecordingTheoryAttribute()
    {
        if (!Directory.Exists(Folder))
        {
            Skip = "there are no recordings of real machines; DMADIFF_FTRACE names their folder";
        }
    }

    /// <summary>Where recordings are.</summary>
    public static string Folder =>
        Environment.GetEnvironmentVariable("DMADIFF_FTRACE") is { Length: > 0 } folder
            ? folder
            : Path.Combine(SourceTree.Root, "..", "shared", "ftrace");
}

/// <summary>What docs/faithfulness.md says of recordings of real machines.</summary>
[Collection(nameof(KernelsCollection))]
public sealed class RealRecordingTests(Kernels kernels)
{
    [RealRecordingTheory]
    [InlineData("virtio-blk-swiotlb-force", 1444)]
    [InlineData("virtio-blk-swiotlb-force-smp2", 928)]
    [InlineData("nvme-swiotlb-force", 504)]
    public void Every_bounce_is_where_the_real_kernel_put_it(string name, long bounces)
    {
        Recording recording = Open(name);
        recording.Pool!.IsGuess.ShouldBeFalse();
        var (native, port) = kernels.Engines(Kernels.New);
        using (native)
        using (port)
        {
            foreach (var replay in new[]
            {
                Replayed.On(native, recording), Replayed.On(port, recording),
            })
            {
                replay.Addresses.First.ShouldBeNull(replay.Addresses.First?.ToString());
                replay.Addresses.Agreed.ShouldBe(bounces);
                replay.Timeline.Bounces.ShouldBe(bounces);
            }
        }
    }

    [RealRecordingTheory]
    [InlineData("nvme-intel-iommu-strict", AbiIommuMode.Strict, 267)]
    [InlineData("nvme-intel-iommu-lazy", AbiIommuMode.Lazy, 242)]
    public void Iovas_are_those_that_the_real_kernel_gave_out(
        string name, AbiIommuMode mode, long least)
    {
        Recording recording = Open(name);
        recording.Devices.ShouldAllBe(d => d.Iommu == mode && d.Direct + d.Bounced == 0);
        var (native, port) = kernels.Engines(Kernels.New);
        using (native)
        using (port)
        {
            if (ClockSearch.IsOfUse(recording))
            {
                var clock = ClockSearch.Find(
                    native, TraceLowering.Lower(recording.Header).Setup, recording, () => { });
                clock.TicksPerSecond.ShouldBe(250);
                recording = recording.With(clock);
            }

            var replay = Replayed.On(native, recording);
            replay.Iotlb.Unmaps.ShouldBe(249);
            replay.Iotlb.Flushes.ShouldBeInRange(1, mode == AbiIommuMode.Strict ? 260 : 30);
            var addresses = replay.Addresses;
            addresses.Compared.ShouldBe(267);
            addresses.Agreed.ShouldBeGreaterThanOrEqualTo(least);
        }
    }

    [RealRecordingTheory]
    [InlineData("nvme-swiotlb-force")]
    public void An_nvme_is_known_by_the_address_bits_that_its_bounces_keep(string name) =>
        Open(name).Devices.Select(d => (d.RecordedName, d.MinAlignMask)).ShouldBe(
            [("0000:00:02.0", 0xfffUL), ("0000:00:1f.2", 0UL)]);

    private static Recording Open(string name) => Recording.Open(
        Path.Combine(RealRecordingTheoryAttribute.Folder, name + ".txt"),
        MachineKnowledge.Nothing,
        null);
}
