// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Generators;

public class SequenceGeneratorTests
{
    [Fact]
    public void A_sequence_depends_on_its_seed_and_number_alone()
    {
        var generator = new SequenceGenerator(7);
        var inOrder = Enumerable.Range(0, 20).Select(i => Text(generator, (ulong)i)).ToList();
        var backward = new SequenceGenerator(7);

        for (var i = 19; i >= 0; i--)
        {
            Text(backward, (ulong)i).ShouldBe(inOrder[i]);
        }

        inOrder.Distinct().Count().ShouldBe(20);
        Text(new SequenceGenerator(8), 0).ShouldNotBe(inOrder[0]);
    }

    [Fact]
    public void Every_sequence_keeps_the_rules()
    {
        var generator = new SequenceGenerator(1);
        for (var i = 0UL; i < 1000; i++)
        {
            var trace = generator.Generate(i);
            TraceRules.Check(trace).ShouldBeEmpty();
            trace.Operations.Count.ShouldBeInRange(30, 900);
        }
    }

    [Fact]
    public void Sequences_use_every_operation_and_every_kind_of_device()
    {
        var generator = new SequenceGenerator(1)
        {
            Parts = [GeneratedPart.Swiotlb, GeneratedPart.Dma, GeneratedPart.Iova],
        };
        var traces = Enumerable.Range(0, 600).Select(i => generator.Generate((ulong)i)).ToList();

        traces.SelectMany(trace => trace.Operations).Select(operation => operation.Kind)
            .Distinct().Order()
            .ShouldBe(OperationSyntax.All.Select(syntax => syntax.Kind)
                .Except(NotDrawn).Order());
        var devices = traces.SelectMany(trace => trace.Devices).ToList();
        devices.ShouldContain(device => device.MinAlignMask == 0xfff);
        devices.ShouldContain(device => device.SegBoundaryMask == 0xffff);
        devices.ShouldContain(device => device.Pool.Length > 0);
        devices.ShouldContain(device => device.MaskBits == 24);
        traces.ShouldContain(trace => trace.Machine.LateInitBytes > 0);
        traces.ShouldContain(trace => trace.Cmdline.Contains("noforce"));
    }

    [Fact]
    public void Sequence_2_of_seed_1_is_what_it_always_was()
    {
        var lines = Text(new SequenceGenerator(1), 2).Split('\n');

        string.Join('\n', lines.Take(Golden.Split('\n').Length)).ShouldBe(Golden);
    }

    // What the kernels lack that have a reference, or what only some machines have.
    private static readonly OperationKind[] NotDrawn =
    [
        OperationKind.MapPhys, OperationKind.UnmapPhys, OperationKind.Work, OperationKind.Rcu,
        OperationKind.StaleRead, OperationKind.StaleWrite, OperationKind.IommuMap,
        OperationKind.IommuUnmap, OperationKind.IovaToPhys, OperationKind.IotlbRead,
        OperationKind.IommuFail, OperationKind.IommuMapSg, OperationKind.XenForeign,
        OperationKind.PrepareMsi, OperationKind.GetSgtable,
    ];

    private const string Golden = """
        # sequence 2 of seed 1
        dmadiff-trace 1
        machine memory=64M cpus=1
        cmdline swiotlb=2048,1,force
        pool r0 base=0x2000000 size=512K
        device d0 dma_mask=32
        device d1 dma_mask=32 min_align=0x1fff
        device d2 dma_mask=32 min_align=0x3f pool=r0
        buffer b0 size=16718
        buffer b1 size=309277
        fill b0+0 16718 seed=31
        fill b1+0 309277 seed=25
        cpu 0
        map m0 d0 b1+0x3a400 12K from_device
        map m1 d1 b1+0x2b4ef 256 to_device
        map m2 d0 b0+0x1e00 4607 to_device no_warn
        swiotlb_alloc m3 d2 5000
        map m4 d2 b1+0x28200 8K to_device
        swiotlb_free m3
        map m5 d0 b0+0x1530 10256 from_device
        map m6 d0 b1+0x277ff 8809 bidirectional
        map m7 d2 b1+0x42000 4607 to_device
        swiotlb_map m8 d0 b1+0x49800 512 to_device align=0xfff
        map m9 d1 b0+0x2800 17 from_device
        """;

    private static string Text(SequenceGenerator generator, ulong index) =>
        TracePrinter.Print(generator.Generate(index));
}
