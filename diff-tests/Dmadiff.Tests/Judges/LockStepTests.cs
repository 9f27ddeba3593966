// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Judges;

public class LockStepTests
{
    private static readonly LoweredTrace Trace = TraceLowering.Lower(
        TraceParser.Parse("dmadiff-trace 1\ncheck\ntime 1\n"));

    [Fact]
    public void Every_comparison_has_its_own_verdict()
    {
        var engines = new[] { new FakeEngine("a"), new FakeEngine("b"), Odd("c") };
        var judge = new ExactJudge();
        using var lockStep = new LockStep(
            engines,
            [new Comparison(0, 1, judge), new Comparison(1, 2, judge)]);

        var report = lockStep.Run(Trace);

        report.OpsRun.ShouldBe(3);
        report.Divergences[0].ShouldBeNull();
        report.Divergences[1]!.LeftName.ShouldBe("b");
        report.Divergences[1]!.RightName.ShouldBe("c");
        report.IsClean.ShouldBeFalse();
    }

    [Fact]
    public void Engines_with_threads_of_their_own_keep_them()
    {
        var engines = new[] { new FakeEngine("a"), Odd("b") };
        using var lockStep = LockStep.FirstWithOthers(engines, new ExactJudge(), parallel: true);

        for (var i = 0; i < 5; i++)
        {
            lockStep.Run(Trace).Divergence!.Step.ShouldBe(1);
            lockStep.Compare(Trace, 0)!.Step.ShouldBe(1);
        }

        engines[0].Threads.Distinct().ShouldBe([Environment.CurrentManagedThreadId]);
        engines[1].Threads.Distinct().Count().ShouldBe(1);
        engines[1].Threads[0].ShouldNotBe(Environment.CurrentManagedThreadId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_machine_that_this_host_cannot_hold_is_told(bool parallel)
    {
        var broken = new FakeEngine("b") { Failure = new MachineException("no memory") };
        using var lockStep = LockStep.FirstWithOthers(
            [new FakeEngine("a"), broken], new ExactJudge(), parallel);

        Should.Throw<MachineException>(() => lockStep.Run(Trace)).Message.ShouldBe("no memory");
    }

    [Fact]
    public void A_crash_is_reported_with_the_engine_that_had_it()
    {
        var crash = new CrashReport(AbiCrashKind.Bug, 0, "f:1", "BUG");
        var dead = new FakeEngine("b")
        {
            OnOp = (_, i) => FakeEngine.Result(i == 0 ? AbiStatus.Crash : AbiStatus.Dead),
            CrashToReport = crash,
        };
        using var lockStep = LockStep.FirstWithOthers(
            [new FakeEngine("a"), dead], new ExactJudge());

        lockStep.Run(Trace).Crashes.ShouldBe([null, crash]);
    }

    private static FakeEngine Odd(string name) => new(name)
    {
        OnOp = (_, i) => FakeEngine.Result(value: i == 1 ? 1UL : 0),
    };
}
