// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Contract;

/// <summary>Every rule sees a false answer of its kind, and only that rule does. Without
/// it, the same traces give nothing.</summary>
public class FalseAnswerTests
{
    private const string Bounced = """
        dmadiff-trace 1
        machine memory=4G cpus=1
        cmdline swiotlb=512,1,force
        pool r0 base=0x4000000 size=256K
        device d0 dma_mask=32 min_align=0xfff
        device d1 dma_mask=32 seg_boundary=64K
        device d2 dma_mask=32 pool=r0
        device d3 dma_mask=32
        buffer b0 size=64K
        fill b0+0 64K seed=1
        map m0 d0 b0+0x10 5000 to_device
        map m1 d0 b0+0x4010 5000 from_device
        map m2 d1 b0+0x8000 8192 bidirectional
        map m3 d2 b0+0xb000 100 to_device
        swiotlb_alloc m4 d2 8K
        swiotlb_map m5 d1 b0+0xc000 100 to_device align=0xfff
        dev_write m1+100 50 seed=2
        sync_for_cpu m1+100 20
        sync_for_device m0+0 5000
        unmap m1
        unmap m0
        unmap m2
        unmap m3
        swiotlb_free m4
        swiotlb_unmap m5

        """;

    private const ulong Buffer = 0x1000000;

    [Fact]
    public void The_truth_gives_no_finding()
    {
        using var engine = new TamperedEngine();
        Judged.Findings(engine, Bounced).ShouldBeEmpty();
    }

    [Fact]
    public void A_high_water_mark_that_was_reset_counts_from_the_next_bounce_on()
    {
        using var engine = new TamperedEngine();
        Judged.Findings(engine, """
            dmadiff-trace 1
            device d0 dma_mask=32
            buffer b0 size=8K
            swiotlb_map m0 d0 b0+0 8K to_device
            swiotlb_map m1 d0 b0+0 4K to_device
            debugfs_write default used_hiwater 0
            swiotlb_unmap m0
            map m2 d0 b0+0 4K to_device
            debugfs_read default used_hiwater
            swiotlb_map m3 d0 b0+0 1 to_device
            debugfs_read default used_hiwater

            """).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("1G", 0xfffff000ul)]
    [InlineData("8G", 0x100001000ul)]
    [InlineData("4G", 0xfffffffful)]
    public void An_address_beyond_memory_or_mask_is_C1(string memory, ulong address)
    {
        var text = Bounced.Replace("memory=4G", $"memory={memory}");
        using var engine = new TamperedEngine
        {
            OnResult = (op, result) =>
                op.Kind == AbiOpKind.Map && op.Size == 7 ? With(result, address) : result,
        };
        text += "map m9 d3 b0+0 7 from_device\nunmap m9\n";
        Judged.Findings(engine, text)[0].ShouldBe("C1 range map");
    }

    [Fact]
    public void A_segment_across_its_boundary_is_C1()
    {
        using var engine = Moving(op => op.Device == 1 && op.Size == 8192, a =>
            (a & ~0xffffUL) + 0xf000);
        Judged.Findings(engine, Bounced).ShouldContain("C1 range map");
    }

    [Theory]
    [InlineData(0, 5000, 0x800, "C2 alignment map")]
    [InlineData(1, 8192, 0x800, "C2 alignment map")]
    [InlineData(1, 100, 0x800, "C2 alignment swiotlb_map")]
    [InlineData(2, 8192, 0x1000, "C2 alignment swiotlb_alloc")]
    public void A_lost_alignment_is_C2(uint device, ulong size, ulong by, string expected)
    {
        using var engine = Moving(
            op => op.Device == device && op.Size == size, address => address + by);
        Judged.Findings(engine, Bounced)[0].ShouldBe(expected);
    }

    [Fact]
    public void Two_mappings_in_one_place_are_C3()
    {
        ulong first = 0;
        using var engine = new TamperedEngine
        {
            OnResult = (op, result) =>
            {
                if (op is not { Kind: AbiOpKind.Map, Device: 0, Size: 5000 })
                {
                    return result;
                }

                first = first == 0 || op.Offset == 0x10 ? result.Value : first;
                return With(result, first);
            },
        };
        Judged.Findings(engine, Bounced)[0].ShouldBe("C3 exclusive map");
    }

    [Fact]
    public void A_mapping_in_the_page_for_messages_is_C3()
    {
        ulong page = 0;
        using var engine = new TamperedEngine
        {
            OnResult = (op, result) =>
            {
                page = op.Kind == AbiOpKind.PrepareMsi ? result.Value : page;
                return op.Kind == AbiOpKind.Map ? With(result, page & ~0xfffUL) : result;
            },
        };
        Judged.Findings(engine, """
            dmadiff-trace 1
            device d0 dma_mask=32 iommu=strict
            buffer b0 size=4K
            prepare_msi m0 d0 0x30000040
            map m1 d0 b0+0 4K to_device

            """).ShouldContain("C3 exclusive map");
    }

    [Theory]
    [InlineData(Buffer, "C3 exclusive map")]
    [InlineData(0x4000000ul, "C3 exclusive map")]
    public void Bounce_memory_that_is_somebody_elses_is_C3(ulong address, string expected)
    {
        using var engine = Moving(
            op => op is { Device: 0, Offset: 0x10 }, _ => address + 0x1010);
        Judged.Findings(engine, Bounced).ShouldContain(expected);
    }

    [Theory]
    [InlineData(AbiOpKind.Unmap, 0x4010ul + 120, "C4 data unmap")]
    [InlineData(AbiOpKind.Unmap, 0x4010ul - 1, "C4 data unmap")]
    [InlineData(AbiOpKind.Unmap, 0x4010ul + 5000, "C4 data unmap")]
    [InlineData(AbiOpKind.SyncForCpu, 0x4010ul + 119, "C4 data sync_for_cpu")]
    [InlineData(AbiOpKind.SyncForCpu, 0x4010ul + 120, "C4 data sync_for_cpu")]
    [InlineData(AbiOpKind.SyncForCpu, 0x4010ul + 99, "C4 data sync_for_cpu")]
    [InlineData(AbiOpKind.Map, 0x10ul, "C4 data map")]
    [InlineData(AbiOpKind.Time, 0xfff0ul, "C4 data time")]
    public void A_wrong_byte_in_the_buffer_is_C4(AbiOpKind kind, ulong place, string expected)
    {
        using var engine = new TamperedEngine
        {
            OnMemory = (op, _) => op.Kind == kind ? [Buffer + place] : [],
        };
        Judged.Findings(engine, Bounced.Replace("unmap m1", "time 1\nunmap m1"))[0]
            .ShouldBe(expected);
    }

    [Fact]
    public void A_wrong_byte_in_front_of_the_buffer_is_C4()
    {
        using var engine = new TamperedEngine
        {
            OnMemory = (op, _) => op.Kind == AbiOpKind.Map ? [Buffer - 1] : [],
        };
        var finding = Judged.Report(engine, Bounced).Findings[0];
        finding.Expected.ShouldBe("0x00 at b0-0x1");
        finding.Actual.ShouldBe("0xff");
    }

    [Theory]
    [InlineData("to_device", "C4 data map")]
    [InlineData("bidirectional", "C4 data map")]
    [InlineData("from_device", "C5 no leak of content map")]
    [InlineData("to_device skip_sync", "C5 no leak of content map")]
    public void What_the_device_sees_is_C4_or_C5(string direction, string expected)
    {
        using var engine = new TamperedEngine
        {
            OnMemory = (op, result) => op.Kind == AbiOpKind.Map ? [result.Value + 4999] : [],
        };
        var text = Bounced.Replace("5000 to_device", "5000 " + direction);
        Judged.Findings(engine, text).ShouldBe([expected]);
    }

    [Theory]
    [InlineData(AbiOpKind.Unmap, "C6 accounting unmap")]
    [InlineData(AbiOpKind.Map, "C6 accounting map")]
    [InlineData(AbiOpKind.SwiotlbFree, "C6 accounting swiotlb_free")]
    public void Wrongly_counted_slots_are_C6(AbiOpKind kind, string expected)
    {
        using var engine = new TamperedEngine
        {
            OnResult = (op, result) => op.Kind == kind
                ? result with { Used = result.Used + 200 }
                : result,
        };
        Judged.Findings(engine, Bounced).ShouldContain(expected);
    }

    [Theory]
    [InlineData(AbiDebugfsFile.Nslabs)]
    [InlineData(AbiDebugfsFile.Used)]
    [InlineData(AbiDebugfsFile.UsedHiwater)]
    public void Wrong_debugfs_figures_are_C6(AbiDebugfsFile file)
    {
        using var engine = new TamperedEngine
        {
            OnResult = (op, result) => op.Kind == AbiOpKind.DebugfsRead
                && op.Arg == (ulong)file ? With(result, 3) : result,
        };
        var read = Bounced + $"""
            debugfs_read default {Dmadiff.Diff.Traces.TraceWords.Of(file)}

            """;
        Judged.Findings(engine, read)[0].ShouldStartWith("C6 accounting");
    }

    [Fact]
    public void A_slot_table_that_is_not_as_after_boot_is_C6_at_the_op_that_left_it()
    {
        var spoilt = false;
        using var engine = new TamperedEngine
        {
            OnBoot = () => spoilt = false,
            OnResult = (op, result) =>
            {
                spoilt |= op.Kind == AbiOpKind.SwiotlbUnmap;
                return op.Kind == AbiOpKind.Check && spoilt
                    ? result with { SlotDigest = 99 }
                    : result;
            },
        };
        Judged.Findings(engine, Bounced).ShouldBe(["C6 accounting swiotlb_unmap"]);
    }

    [Theory]
    [InlineData("W swiotlb_bounce: planted", true)]
    [InlineData("M planted", true)]
    [InlineData("4 dmadiff d0: buffer is full", false)]
    [InlineData("6 With: a message", false)]
    public void A_complaint_is_C7(string line, bool found)
    {
        using var engine = new TamperedEngine
        {
            OnLog = op => op.Kind == AbiOpKind.SyncForDevice ? line : null,
        };
        Judged.Findings(engine, Bounced)
            .ShouldBe(found ? ["C7 no complaint sync_for_device"] : []);
    }

    [Fact]
    public void A_crash_is_C7_and_ends_the_judgement()
    {
        using var engine = new TamperedEngine
        {
            OnResult = (op, result) => op.Kind == AbiOpKind.SyncForCpu
                ? result with { Status = AbiStatus.Crash }
                : result,
        };
        var finding = Judged.Report(engine, Bounced).Findings.ShouldHaveSingleItem();
        finding.Signature.ToString().ShouldBe("C7 no complaint sync_for_cpu");
        finding.IsCrash.ShouldBeTrue();
    }

    [Fact]
    public void A_mapping_that_needs_no_bounce_and_fails_is_C8()
    {
        using var engine = new TamperedEngine
        {
            Refuses = op => op.Kind == AbiOpKind.Map,
        };
        Judged.Findings(engine, Bounced.Replace(",force", ""))
            .ShouldBe(["C8 failure map", "C11 promise map"]);
    }

    [Fact]
    public void A_failure_that_leaves_slots_behind_is_C8()
    {
        using var engine = new TamperedEngine
        {
            Refuses = op => op is { Kind: AbiOpKind.Map, Size: 60000 },
            OnResult = (op, result) => op is { Kind: AbiOpKind.Map, Size: 60000 }
                ? result with { Used = result.Used + 1 }
                : result,
        };
        Judged.Findings(engine, Bounced.Replace("sync_for_device m0+0", """
            map m9 d2 b0+0 60000 to_device
            sync_for_device m0+0
            """)).ShouldBe(["C8 failure map"]);
    }

    [Fact]
    public void No_place_where_an_equal_mapping_was_is_C8()
    {
        const string text = """
            dmadiff-trace 1
            cmdline swiotlb=512,1,force
            device d0 dma_mask=32
            buffer b0 size=64K
            map m0 d0 b0+0 4096 to_device
            map m1 d0 b0+0x1000 4096 to_device
            unmap m0
            map m2 d0 b0+0x2000 4096 from_device
            unmap m1
            unmap m2

            """;
        using var engine = new TamperedEngine
        {
            Refuses = op => op is { Kind: AbiOpKind.Map, Offset: 0x2000 },
        };
        Judged.Findings(engine, text)[0].ShouldBe("C8 failure map");
        Judged.Findings(engine, text.Replace("0x2000 4096", "0x2000 4097")).ShouldNotContain(
            "C8 failure map");
    }

    [Fact]
    public void A_restricted_device_outside_its_pool_is_C10()
    {
        using var engine = Moving(op => op is { Device: 2, Size: 100 }, _ => 0x5000000);
        Judged.Findings(engine, Bounced)[0].ShouldBe("C10 restricted map");
    }

    [Fact]
    public void An_idle_pool_without_the_promised_room_is_C11_after_the_trace()
    {
        using var engine = new TamperedEngine
        {
            Refuses = op => op is { Kind: AbiOpKind.Map, Size: 65536 },
        };
        ContractReport report = Judged.Report(engine, Bounced);
        report.Findings[0].Signature.ToString().ShouldBe("C11 promise map");
        report.Findings[0].Line.ShouldBe("map probe d2 b0+0 64K to_device");
        report.Trace.Operations.Count.ShouldBeGreaterThan(report.Findings[0].Step);
    }

    private static TamperedEngine Moving(Func<AbiOp, bool> which, Func<ulong, ulong> move) => new()
    {
        OnResult = (op, result) =>
            op.Kind is AbiOpKind.Map or AbiOpKind.SwiotlbMap or AbiOpKind.SwiotlbAlloc
            && which(op)
                ? With(result, move(result.Value))
                : result,
    };

    private static AbiResult With(AbiResult result, ulong value) => result with { Value = value };
}
