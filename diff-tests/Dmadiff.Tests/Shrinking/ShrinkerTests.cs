// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Shrinking;
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Shrinking;

public class ShrinkerTests
{
    private static readonly DivergenceSignature Planted =
        new("unmap", FieldGroup.Data, AbiStatus.Ok, AbiStatus.Ok);

    private static readonly DivergenceSignature Other =
        new("map", FieldGroup.Address, AbiStatus.Ok, AbiStatus.Ok);

    [Fact]
    public void A_planted_cause_is_all_that_is_left()
    {
        var trace = FirstWith(Planted);

        var small = new Shrinker(Probe).Shrink(trace, Planted).Trace;

        Probe(small).ShouldBe(Planted);
        small.Operations.Select(operation => operation.Kind)
            .ShouldBe([OperationKind.Map, OperationKind.Unmap]);
        small.Devices.Count.ShouldBe(1);
        small.Buffers.Count.ShouldBe(1);
        small.Pools.ShouldBeEmpty();
        small.Cmdline.ShouldBeEmpty();
        small.Machine.ShouldBe(new MachineDeclaration { Cpus = 1 });
        small.Devices[0].ShouldBe(new DeviceDeclaration(small.Devices[0].Name));
        small.Operations[0].Mapping.ShouldBe("m0");
        small.Operations[0].Size.ShouldBeInRange(4097UL, 8192UL);
        small.Operations[0].Offset.ShouldBe(0UL);
    }

    [Fact]
    public void No_step_has_another_signature()
    {
        var trace = FirstWith(Planted);
        var accepted = trace;
        var shrinker = new Shrinker(candidate =>
        {
            var signature = Probe(candidate);
            accepted = signature == Planted ? candidate : accepted;
            return signature;
        });

        var result = shrinker.Shrink(trace, Planted);

        result.Trace.ShouldBe(accepted);
        TraceRules.Check(result.Trace).ShouldBeEmpty();
    }

    [Fact]
    public void The_same_trace_shrinks_to_the_same()
    {
        var trace = FirstWith(Planted);

        var first = new Shrinker(Probe).Shrink(trace, Planted);
        var second = new Shrinker(Probe).Shrink(trace, Planted);

        TracePrinter.Print(first.Trace).ShouldBe(TracePrinter.Print(second.Trace));
        first.Runs.ShouldBe(second.Runs);
    }

    [Fact]
    public void The_probe_is_asked_no_more_often_than_allowed()
    {
        var asked = 0;
        var shrinker = new Shrinker(
            trace =>
            {
                asked++;
                return Probe(trace);
            },
            mostRuns: 10);

        shrinker.Shrink(FirstWith(Planted), Planted).Runs.ShouldBe(10);
        asked.ShouldBe(10);
    }

    [Fact]
    public void Names_used_twice_do_not_hold_the_shrinker_up()
    {
        var trace = TraceParser.Parse("""
            dmadiff-trace 1
            device d0 dma_mask=32
            buffer b0 size=16K
            map m0 d0 b0+0 100 to_device
            unmap m0
            map m0 d0 b0+0 6000 from_device
            unmap m0
            map m0 d0 b0+0 100 to_device
            """);

        var small = new Shrinker(Probe).Shrink(trace, Planted).Trace;

        small.Operations.Count.ShouldBe(2);
    }

    // The defect: unmapping what came from the device and is larger than a page loses data.
    // A map of exactly a page diverges in another way, which the shrinker must not slip to.
    private static DivergenceSignature? Probe(Trace trace)
    {
        var large = new HashSet<string>();
        foreach (var operation in trace.Operations)
        {
            if (operation is { Kind: OperationKind.Map, Size: 4096 })
            {
                return Other;
            }

            if (operation is { Kind: OperationKind.Map, Size: > 4096 }
                && operation.Direction == AbiDirection.FromDevice)
            {
                large.Add(operation.Mapping);
            }

            if (operation.Kind == OperationKind.Unmap && large.Contains(operation.Mapping))
            {
                return Planted;
            }
        }

        return null;
    }

    private static Trace FirstWith(DivergenceSignature signature)
    {
        var generator = new SequenceGenerator(5);
        var traces = Enumerable.Range(0, 100).Select(i => generator.Generate((ulong)i));
        return traces.First(trace => Probe(trace) == signature);
    }
}
