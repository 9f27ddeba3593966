// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Traces;

public class LoweringTests
{
    [Fact]
    public void A_setup_holds_what_was_declared()
    {
        var setup = Lower("""
            machine memory=2G cpus=3 addressing_limit=no swiotlb_force=yes late_init=4M
            cmdline swiotlb=512
            pool r0 base=0x4000000 size=1M
            device d0 dma_mask=24 bus_limit=0xffff min_align=0xfff seg_boundary=64K max_seg=4K
            device d1 dma_mask=64 pool=r0
            """).Setup;

        setup.Machine.MemoryBytes.ShouldBe(2UL << 30);
        setup.Machine.LatePoolBytes.ShouldBe(4UL << 20);
        setup.Machine.Cpus.ShouldBe(3u);
        setup.Machine.Flags.ShouldBe(AbiMachineFlag.SwiotlbForce | AbiMachineFlag.LateInit);
        setup.Cmdline.ShouldBe("swiotlb=512");
        setup.Pools[0].Base.ShouldBe(0x4000000UL);
        setup.Pools[0].Bytes.ShouldBe(1UL << 20);
        var first = setup.Devices[0];
        (first.DmaMask, first.BusDmaLimit, first.SegBoundary)
            .ShouldBe((0xffffffUL, 0xffffUL, 0xffffUL));
        (first.MinAlignMask, first.MaxSegmentBytes, first.Pool).ShouldBe((0xfffu, 4096u, 0u));
        (setup.Devices[1].DmaMask, setup.Devices[1].Pool).ShouldBe((ulong.MaxValue, 1u));
    }

    [Fact]
    public void Buffers_without_an_address_go_where_nothing_else_is()
    {
        var setup = Lower("""
            pool r0 base=0x1003000 size=4K
            buffer b0 size=5000
            buffer b1 size=16K
            buffer b2 size=4K at=0x100a000
            buffer b3 size=1
            """).Setup;

        setup.Buffers.Select(buffer => buffer.Base)
            .ShouldBe([0x1000000UL, 0x1005000UL, 0x100a000UL, 0x100c000UL]);
    }

    [Fact]
    public void Operands_become_fields()
    {
        var trace = Lower("""
            device d0 dma_mask=32
            device d1 dma_mask=32
            buffer b0 size=16K
            buffer b1 size=16K
            fill b1+4 100 seed=7
            map m0 d1 b1+0x10 5000 from_device skip_sync no_warn
            swiotlb_map m1 d0 b0+1 9 bidirectional align=0xfff
            dev_write m1+2 3 seed=5
            debugfs_write default used_hiwater 6
            """);

        Fields(trace.Ops[0]).ShouldBe((AbiOpKind.Fill, 0u, 0u, 1u, 4UL, 100UL, 7UL));
        Fields(trace.Ops[1]).ShouldBe((AbiOpKind.Map, 1u, 0u, 1u, 16UL, 5000UL, 0UL));
        trace.Ops[1].Direction.ShouldBe(AbiDirection.FromDevice);
        trace.Ops[1].Attrs.ShouldBe(AbiAttr.SkipCpuSync | AbiAttr.NoWarn);
        Fields(trace.Ops[2]).ShouldBe((AbiOpKind.SwiotlbMap, 0u, 1u, 0u, 1UL, 9UL, 0xfffUL));
        Fields(trace.Ops[3]).ShouldBe((AbiOpKind.DevWrite, 0u, 1u, 0u, 2UL, 3UL, 5UL));
        Fields(trace.Ops[4]).ShouldBe((AbiOpKind.DebugfsWrite, 0u, 0u, 0u, 0UL, 6UL, 2UL));
    }

    [Fact]
    public void An_attribute_is_a_bit_of_the_kernels_own()
    {
        var trace = Lower("""
            device d0 dma_mask=32
            buffer b0 size=16K
            map m0 d0 b0+0 4K to_device attr=10
            swiotlb_map m1 d0 b0+0x1 9 bidirectional align=0xfff attr=18 no_warn
            """);
        trace.Ops[0].Attrs.ShouldBe((AbiAttr)0x80);
        trace.Ops[1].Attrs.ShouldBe((AbiAttr)0x8000 | AbiAttr.NoWarn);
        trace.Trace.Operations.Select(TracePrinter.Print).ShouldBe(
        [
            "map m0 d0 b0+0 4K to_device attr=10",
            "swiotlb_map m1 d0 b0+0x1 9 bidirectional align=0xfff attr=18 no_warn",
        ]);
    }

    [Fact]
    public void Every_kind_of_operation_lowers_to_the_op_of_its_name()
    {
        foreach (var file in Corpus.Files)
        {
            var trace = TraceLowering.Lower(TraceParser.ParseFile(file));
            for (var i = 0; i < trace.Ops.Length - 1; i++)
            {
                var kind = trace.OperationOf(i)!.Kind;
                var expected = kind switch
                {
                    OperationKind.ExpectPool => "DebugfsRead",
                    OperationKind.ScatterList => "SgEntry",
                    _ => $"{kind}",
                };
                $"{trace.Ops[i].Kind}".ShouldBe(expected);
            }
        }
    }

    [Fact]
    public void Handles_of_ended_mappings_are_used_again()
    {
        var trace = Lower("""
            device d0 dma_mask=32
            buffer b0 size=16K
            map a d0 b0+0 1 to_device
            map b d0 b0+0 1 to_device
            unmap a
            map c d0 b0+0 1 to_device
            unmap b
            unmap c
            """);

        trace.Ops.ToArray().SkipLast(1).Select(op => op.Mapping)
            .ShouldBe([0u, 1u, 0u, 0u, 1u, 0u]);
    }

    [Fact]
    public void Expectations_look_at_ops_that_can_answer()
    {
        var trace = Lower("""
            pool r0 base=0x4000000 size=1M
            device d0 dma_mask=32
            max_mapping_size d0
            expect r0 used=0 nslabs=512
            expect last ok
            """);

        trace.Ops.ToArray().Select(op => op.Kind).ShouldBe([
            AbiOpKind.MaxMappingSize,
            AbiOpKind.DebugfsRead,
            AbiOpKind.DebugfsRead,
            AbiOpKind.Check,
        ]);
        trace.Ops[1].Device.ShouldBe(1u);
        trace.Expectations.ShouldBe([
            new Expectation(1, ExpectationField.Value, 0, 1),
            new Expectation(2, ExpectationField.Value, 512, 1),
            new Expectation(0, ExpectationField.Status, (ulong)AbiStatus.Ok, 2),
        ]);
        trace.OperationOf(3).ShouldBeNull();
        trace.OperationIndexOf(2).ShouldBe(1);
    }

    [Fact]
    public void A_trace_made_in_code_is_held_to_the_rules()
    {
        var trace = new Trace
        {
            Operations = [new Operation(OperationKind.Unmap) { Mapping = "m0" }],
        };

        Should.Throw<TraceException>(() => TraceLowering.Lower(trace))
            .Message.ShouldBe("no mapping \"m0\" has been made");
    }

    [Fact]
    public void Boot_steps_have_names()
    {
        var trace = Lower("""
            pool r0 base=0x4000000 size=1M
            device d0 dma_mask=32
            buffer b0 size=1
            """);

        Enumerable.Range(0, trace.Setup.StepCount).Select(trace.DescribeBootStep)
            .ShouldBe(["cmdline", "pool r0", "machine", "device d0", "buffer b0"]);
    }

    private static LoweredTrace Lower(string body) =>
        TraceLowering.Lower(TraceParser.Parse($"dmadiff-trace 1\n{body}"));

    private static (AbiOpKind, uint, uint, uint, ulong, ulong, ulong) Fields(AbiOp op) =>
        (op.Kind, op.Device, op.Mapping, op.Buffer, op.Offset, op.Size, op.Arg);
}
