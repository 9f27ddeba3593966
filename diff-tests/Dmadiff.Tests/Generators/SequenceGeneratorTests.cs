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
        var generator = new SequenceGenerator(1) { Parts = Enum.GetValues<GeneratedPart>() };
        var traces = Enumerable.Range(0, 600).Select(i => generator.Generate((ulong)i)).ToList();

        traces.SelectMany(trace => trace.Operations).Select(operation => operation.Kind)
            .Distinct().Order()
            .ShouldBe(OperationSyntax.All.Select(syntax => syntax.Kind)
                .Except([OperationKind.MapPhys, OperationKind.UnmapPhys]).Order());
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

    private const string Golden = """
        # sequence 3 of seed 1
        dmadiff-trace 1
        machine memory=8G cpus=2
        cmdline swiotlb=2048,1,force
        pool r0 base=0x2000000 size=1M
        device d0 dma_mask=64
        device d1 dma_mask=64 pool=r0
        buffer b0 size=17514
        buffer b1 size=17526
        buffer high size=300K at=0x100101001
        fill b0+0 17514 seed=69
        fill b1+0 17526 seed=53
        fill high+0 300K seed=87
        debugfs_read r0 used_hiwater
        debugfs_read default used_hiwater
        fill high+0x40a00 6421 seed=82
        cpu 0
        fill b1+0x314d 17 seed=30
        max_mapping_size d1
        cpu 1
        cpu 0
        cpu 1
        time 1000
        debugfs_write r0 used_hiwater 0
        cpu 0
        max_mapping_size d0
        """;

    private static string Text(SequenceGenerator generator, ulong index) =>
        TracePrinter.Print(generator.Generate(index));
}
