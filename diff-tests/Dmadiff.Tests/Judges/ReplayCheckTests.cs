// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Judges;

/// <summary>An engine that does not do the same twice is told apart.</summary>
public sealed class ReplayCheckTests
{
    private static readonly LoweredTrace Trace = TraceLowering.Lower(TraceParser.Parse("""
        dmadiff-trace 1
        buffer b0 size=4K
        fill b0+0 4K seed=1
        time 5

        """));

    [Fact]
    public void An_engine_that_repeats_itself_has_no_difference()
    {
        using var engine = new FakeEngine();
        ReplayCheck.Difference(engine, Trace).ShouldBeNull();
    }

    [Fact]
    public void The_first_operation_that_differs_is_named()
    {
        ulong runs = 0;
        using var engine = new FakeEngine
        {
            OnOp = (op, _) => FakeEngine.Result(
                value: op.Kind == AbiOpKind.Time ? runs++ : 0),
        };
        ReplayCheck.Difference(engine, Trace).ShouldBe("time 5");
    }

    [Fact]
    public void A_boot_that_differs_is_named()
    {
        ulong boots = 0;
        using var engine = new FakeEngine
        {
            OnBoot = step => FakeEngine.Result(value: step == 1 ? boots++ : 0),
        };
        ReplayCheck.Difference(engine, Trace).ShouldBe("boot: machine");
    }
}
