// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Traces;

public class MalformedTraceTests
{
    private const string Header = """
        dmadiff-trace 1
        machine cpus=2
        pool r0 base=0x4000000 size=1M
        device d0 dma_mask=32
        buffer b0 size=16K

        """;

    [Theory]
    [InlineData("", "1:1: a trace begins with \"dmadiff-trace 1\"")]
    [InlineData("# only words\n", "1:1: a trace begins with \"dmadiff-trace 1\"")]
    [InlineData("\n  check\n", "2:3: a trace begins with \"dmadiff-trace 1\"")]
    [InlineData("dmadiff-trace\n", "1:14: the line must read \"dmadiff-trace 1\"")]
    [InlineData(
        "dmadiff-trace 2\n",
        "1:15: version 2 is not known here; this is version 1")]
    [InlineData("dmadiff-trace 1 1\n", "1:18: the line must read \"dmadiff-trace 1\"")]
    public void A_bad_first_line_is_told(string text, string expected) =>
        MessageOf(text).ShouldBe($"t:{expected}");

    [Theory]
    [InlineData("machine cpus=0", "2:14: cpus out of range: 0, must be 1 to 128")]
    [InlineData("machine cpus=200", "2:14: cpus out of range: 200, must be 1 to 128")]
    [InlineData("machine memory=1K", "2:16: memory out of range: 1K, must be 16M to 64G")]
    [InlineData(
        "machine memory=33554433",
        "2:16: memory must be a multiple of the page size, 4K")]
    [InlineData("machine page_size=8K", "2:19: page_size must be 4K, 16K or 64K: 8K")]
    [InlineData("machine cpu=2", "2:9: machine has no setting \"cpu\" (did you mean \"cpus\"?)")]
    [InlineData("machine 4", "2:9: \"4\" is not of the form key=value")]
    [InlineData("machine cpus=1 cpus=2", "2:16: cpus is given twice")]
    [InlineData("machine cpus=four", "2:14: cpus: \"four\" is not a number")]
    [InlineData("machine swiotlb_any=1", "2:21: swiotlb_any must be yes or no: \"1\"")]
    [InlineData("cmdline", "2:8: cmdline needs at least one word")]
    [InlineData("pool", "2:5: pool needs a name")]
    [InlineData(
        "pool 0r base=1M size=1M",
        "2:6: \"0r\" is not a name: a letter, then letters, digits or _, 32 at most")]
    [InlineData("pool default base=0 size=1M", "2:6: default is a word of the language")]
    [InlineData("pool r0 size=1M", "2:16: pool needs base=")]
    [InlineData("pool r0 base=0x10000000 size=0", "2:30: size out of range: 0, must be 1 to 1G")]
    [InlineData("device d0", "2:10: device needs dma_mask=")]
    [InlineData(
        "device d0 dma_mask=65", "2:20: dma_mask out of range: 65, must be 1 to 64")]
    [InlineData(
        "device d0 dma_mask=32 min_align=0x1000",
        "2:33: min_align must be a power of two minus one, at most 0x7fffffff: 0x1000")]
    [InlineData(
        "device d0 dma_mask=32 seg_boundary=3K",
        "2:36: seg_boundary must be a power of two, at least 2K, or none")]
    [InlineData("device d0 dma_mask=32 pool=r9", "2:28: no pool \"r9\" is declared")]
    [InlineData(
        "device d0 dma_mask=32 iommu=lazy deferred=yes",
        "2:43: d0 cannot be attached later: the machine line lacks kdump=yes")]
    [InlineData(
        "device d0 dma_mask=32 iommu=lazy resv=0,17M,msi",
        "2:39: resv for messages out of range: 17M, must be at most 16M")]
    [InlineData("buffer b0 size=2G", "2:16: size out of range: 2G, must be 1 to 1G")]
    [InlineData("buffer b0 size=16X", "2:16: size: \"16X\" is not a number")]
    [InlineData("buffer b0 size=1M at=0", "2:22: the first 1M of memory is taken at boot")]
    [InlineData(
        "buffer b0 size=1M at=0x3ff80000",
        "2:22: the buffer leaves memory, which ends at 0x40000000")]
    [InlineData(
        "buffer b0 size=1G",
        "2:16: no room for 1G below the end of memory")]
    public void A_bad_declaration_is_told(string line, string expected) =>
        MessageOf($"dmadiff-trace 1\n{line}\n").ShouldBe($"t:{expected}");

    [Theory]
    [InlineData("machine cpus=1", "6:1: machine is declared twice")]
    [InlineData("device d0 dma_mask=32", "6:8: d0 was declared in line 4")]
    [InlineData("buffer d0 size=1K", "6:8: d0 was declared in line 4")]
    [InlineData("buffer b1 size=1M at=0x4010000", "6:22: the buffer overlaps r0")]
    [InlineData(
        "prepare_msi m0 d0 0x10000000000000",
        "6:19: address out of range: 0x10000000000000")]
    [InlineData("mapp m0", "6:1: unknown operation \"mapp\" (did you mean \"map\"?)")]
    [InlineData("devcie d1", "6:1: unknown operation \"devcie\" (did you mean \"device\"?)")]
    [InlineData("xyzzy", "6:1: unknown operation \"xyzzy\"")]
    [InlineData(
        "map m0 d0 b0+0",
        "6:15: map is incomplete: map MAPPING DEVICE BUFFER+OFFSET SIZE DIRECTION "
        + "[skip_sync] [attr=N] [no_warn]")]
    [InlineData(
        "map m0 d0 b0+0 100 to_devcie",
        "6:20: unknown direction \"to_devcie\" (did you mean \"to_device\"?)")]
    [InlineData(
        "map m0 d0 b0+0 100 up",
        "6:20: unknown direction \"up\"; there are bidirectional, to_device, from_device")]
    [InlineData("map m0 d1 b0+0 100 to_device", "6:8: no device \"d1\" is declared"
        + " (did you mean \"d0\"?)")]
    [InlineData("map m0 d0 bX+0 100 to_device", "6:11: no buffer \"bX\" is declared"
        + " (did you mean \"b0\"?)")]
    [InlineData(
        "map m0 d0 b0+16K 1 to_device",
        "6:11: [16384, 16384+1) leaves buffer b0, which has 16384 bytes")]
    [InlineData("map m0 d0 b0+q 1 to_device", "6:14: \"q\" is not a number")]
    [InlineData(
        "map m0 d0 b0+0 99999999999999999999 to_device",
        "6:16: 99999999999999999999 does not fit in 64 bits")]
    [InlineData(
        "check now", "6:7: \"now\" is not expected here: check")]
    [InlineData("fill b0+0 1K", "6:13: fill needs seed=: fill BUFFER+OFFSET SIZE seed=N")]
    [InlineData("fill b0+0 0 seed=1", "6:11: size out of range: 0, must be 1 to 1G")]
    [InlineData("fill b0+0 1 seed=1 seed=2", "6:20: seed is given twice")]
    [InlineData("fill b0+0 2Q seed=1", "6:11: \"2Q\" is not a number")]
    [InlineData("fill b0+0 K seed=1", "6:11: \"K\" is not a size")]
    [InlineData("cpu 2", "6:5: cpu out of range: 2, must be 0 to 1")]
    [InlineData("time 0", "6:6: time out of range: 0, must be 1 to 1000000000")]
    [InlineData("fail_alloc 0", "6:12: count out of range: 0, must be 1 to 1000000")]
    [InlineData(
        "swiotlb_map m0 d0 b0+0 1 to_device align=0x1000",
        "6:36: align must be a power of two minus one, at most 0x7fffffff: 0x1000")]
    [InlineData(
        "debugfs_read r1 used", "6:14: no pool \"r1\" is declared (did you mean \"r0\"?)")]
    [InlineData(
        "debugfs_read r0 hiwater",
        "6:17: unknown debugfs file \"hiwater\"; there are nslabs, used, used_hiwater, "
        + "transient_nslabs, pool_size_dma, pool_size_dma32, pool_size_kernel")]
    [InlineData(
        "unmap m0 skip_sync=yes", "6:10: skip_sync takes no value")]
    [InlineData(
        "map m0 d0 b0+0 4K to_device attr=9",
        "6:34: attr must be 10 to 18, the number of a bit")]
    [InlineData("unmap m0", "6:7: no mapping \"m0\" has been made")]
    [InlineData("expect last ok", "6:8: there is no operation before this one")]
    [InlineData(
        "expect last",
        "6:12: expect is incomplete: expect POOL used=N [nslabs=N], or expect last STATUS")]
    [InlineData("expect r0 used=many", "6:16: \"many\" is not a number")]
    public void A_bad_line_below_a_header_is_told(string line, string expected) =>
        MessageOf(Header + line + "\n").ShouldBe($"t:{expected}");

    [Theory]
    [InlineData(
        "map m0 d0 b0+0 9 to_device",
        "7:5: m0 is made while it is live, since line 6")]
    [InlineData("swiotlb_unmap m0", "7:15: swiotlb_unmap does not fit m0, which map made "
        + "in line 6")]
    [InlineData("swiotlb_sync_for_cpu m0+0 1", "7:22: swiotlb_sync_for_cpu does not fit m0, "
        + "which map made in line 6")]
    [InlineData("unmap m0\nunmap m0", "8:7: m0 is used after its end in line 7")]
    [InlineData("device d1 dma_mask=32", "7:1: device is declared after the first operation")]
    [InlineData("expect last oky", "7:13: unknown status \"oky\" (did you mean \"ok\"?)")]
    public void A_mapping_used_outside_its_life_is_told(string line, string expected) =>
        MessageOf($"{Header}map m0 d0 b0+0 9 to_device\n{line}\n").ShouldBe($"t:{expected}");

    [Fact]
    public void All_errors_are_told_in_order_and_each_once()
    {
        var message = MessageOf("""
            dmadiff-trace 1
            device d0 dma_mask=99
            buffer b0 size=zero
            map m0 d0 b0 1 sideways
            unmap m0
            bogus
            """);

        message.Split('\n').ShouldBe([
            "t:2:20: dma_mask out of range: 99, must be 1 to 64",
            "t:3:16: size: \"zero\" is not a number",
            "t:4:16: unknown direction \"sideways\"; there are bidirectional, to_device, "
                + "from_device",
            "t:6:1: unknown operation \"bogus\"",
        ]);
    }

    [Fact]
    public void At_most_twenty_errors_are_told()
    {
        var text = "dmadiff-trace 1\n" + string.Concat(Enumerable.Repeat("bogus\n", 25));

        var error = Should.Throw<TraceException>(() => TraceParser.Parse(text, "t"));

        error.Diagnostics.Count.ShouldBe(20);
        error.Message.ShouldEndWith("\nt: 5 more not shown");
    }

    [Fact]
    public void A_file_that_is_not_there_is_told_without_a_position()
    {
        var error = Should.Throw<TraceException>(() => TraceParser.ParseFile("no/such.trace"));

        error.Message.ShouldStartWith("no/such.trace: cannot be read: ");
    }

    private static string MessageOf(string text) =>
        Should.Throw<TraceException>(() => TraceParser.Parse(text, "t")).Message;
}
