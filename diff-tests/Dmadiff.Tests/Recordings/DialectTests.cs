// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Recordings;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Recordings;

/// <summary>The texts of all recorders tell the same.</summary>
public sealed class DialectTests : IDisposable
{
    private const string Bounced =
        "dev_name: 0000:00:04.0 dma_mask=ffffffff dev_addr=42c60f8 size=16 FORCE";

    private const string Map =
        "0000:00:04.0 dir=TO_DEVICE dma_addr=1b400000 size=16 phys_addr=42c60f8 attrs=";

    private const string Unmap =
        "0000:00:04.0 dir=TO_DEVICE dma_addr=1b400000 size=16 attrs=SKIP_CPU_SYNC";

    private static readonly string[] Wanted =
        ["map m0 d0 b0+0xf8 16 to_device", "cpu 1", "time 7", "unmap m0 skip_sync"];

    private readonly Replayed _replayed = new();

    public void Dispose() => _replayed.Dispose();

    [Theory]
    [InlineData("trace", "insmod-150     [000] d..1.     7.842326: swiotlb_bounced: ",
        "insmod-150     [000] d..1.     7.842818: dma_map_page: ",
        "<idle>-0       [001] d.h1.     7.850000: dma_unmap_page: ")]
    [InlineData("trace", "     insmod-150 (    150) [000]     7.842326: swiotlb_bounced: ",
        "     insmod-150 (    150) [000]     7.842818: dma_map_phys: ",
        "     <...>-17   (-------) [001]     7.850000: dma_unmap_phys: ")]
    [InlineData("trace-cmd report", "cpus=2\n insmod-150   [000]     7.842326: swiotlb_bounced:      ",
        " insmod-150   [000]     7.842818: dma_map_page:         ",
        " <idle>-0     [001]     7.850000: dma_unmap_page:       ")]
    [InlineData("trace-cmd report", "CPU 3 is empty\n insmod-150     0d..1. 7.842326: swiotlb_bounced: ",
        " insmod-150     0d..1. 7.842818: dma_map_page: ",
        " <idle>-0       1d.h1. 7.850000: dma_unmap_page: ")]
    [InlineData("perf script", "insmod   150 [000]     7.842326: swiotlb:swiotlb_bounced: ",
        "\nkworker/u4:0 flush   150 [000] 7.842818:     dma:dma_map_page: ",
        "\n\tffffffff810a8e1c dma_map_page+0x1c ([kernel.kallsyms])\n"
            + "swapper     0 [001]     7.850000: dma:dma_unmap_page: ")]
    public void Every_recorder_tells_the_same(
        string dialect, string bounced, string map, string unmap)
    {
        Recording recording = _replayed.Open($"{bounced}{Bounced}\n{map}{Map}\n{unmap}{Unmap}\n");
        recording.Dialect.ShouldBe(dialect);
        recording.Events.ShouldBe(3);
        recording.BadLineCount.ShouldBe(0);
        recording.Cpus.ShouldBe(2);
        var (trace, dropped) = Replayed.Import(recording);
        trace.Operations.Select(Diff.Traces.TracePrinter.Print).ShouldBe(
            [Wanted[0], Wanted[2], Wanted[1], Wanted[3]]);
        dropped.ShouldBeEmpty();
        trace.Cmdline.ShouldBe("swiotlb=32768,2,force");
        trace.Devices[0].MaskBits.ShouldBe(32UL);
    }

    [Fact]
    public void Lines_may_end_with_cr_lf_and_the_last_one_with_nothing()
    {
        string text = $"a-1 [000] d..1. 7.842326: swiotlb_bounced: {Bounced}\r\n"
            + $"a-1 [000] d..1. 7.842818: dma_map_page: {Map}\r\n"
            + $"a-1 [000] d..1. 7.850000: dma_unmap_page: {Unmap}";
        _replayed.Operations(text).ShouldBe([Wanted[0], Wanted[2], Wanted[3]]);
    }

    [Fact]
    public void Fields_are_found_by_name_in_any_order_among_others()
    {
        string text = $"a-1 [000] 7.842326: swiotlb_bounced: new=7 size=16 FORCE dev_addr=42c60f8 "
            + "x={1,2} dev_name: 0000:00:04.0 dma_mask=ffffffff later=no\n"
            + "a-1 [000] 7.842818: dma_map_page: 0000:00:04.0 attrs= extra=0x12 phys_addr=42c60f8 "
            + "dma_addrs=9 size=16 dir=TO_DEVICE dma_addr=1b400000\n";
        _replayed.Operations(text).ShouldBe([Wanted[0]]);
    }

    [Fact]
    public void Fields_that_a_recorder_could_not_print_are_read_as_they_lie_in_memory()
    {
        string text = "a-1 [000] 7.842818: dma_map_page: [FAILED TO PARSE] device=0000:00:04.0 "
            + "phys_addr=70017272 dma_addr=0x42c60f8 size=16 dir=1 attrs=256\n";
        _replayed.Operations(text).ShouldBe(["map m0 d0 b0+0xf8 16 to_device no_warn"]);
    }

    [Fact]
    public void Pointers_that_are_hidden_do_not_matter()
    {
        Recording recording = _replayed.Open(
            "a-1 [000] 7.8: dma_alloc: 0000:00:04.0 dir=BIDIRECTIONAL dma_addr=198c000 size=6726 "
            + "virt_addr=(____ptrval____) flags=GFP_KERNEL|__GFP_ZERO attrs=NO_WARN\n");
        recording.BadLineCount.ShouldBe(0);
        Replayed.Import(recording).Dropped.Values.Sum().ShouldBe(1);
    }

    [Fact]
    public void Marks_become_comments()
    {
        Recording recording = _replayed.Open(
            $"a-1 [000] 7.1: tracing_mark_write: IO begins\n"
            + $"a-1 [000] 7.2: dma_map_page: {Map}\n");
        using var steps = recording.ReadSteps();
        steps.Next(out var mark).ShouldBeTrue();
        mark.Mark.ShouldBe("IO begins");
        Replayed.Import(recording).Trace.Operations.Count.ShouldBe(1);
    }
}
