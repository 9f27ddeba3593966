// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.Diff.Validation;
using Dmadiff.KernelHarness.Native;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Isolation;

/// <summary>A kernel is judged anew exactly if it answers anything otherwise than one that was
/// judged.</summary>
[Collection(nameof(IsolationCollection))]
public sealed class KnownVerdictsTests(IsolatedKernels kernels)
{
    private const string Old = IsolatedKernels.Old;

    private int _judged;

    [Fact]
    public void One_that_answers_alike_is_not_judged_again()
    {
        using RunnerEngine first = kernels.Load(kernels.Tree(Old));
        using RunnerEngine other = kernels.Load(kernels.Edited(Old, "barrier();"));
        var generator = new SequenceGenerator(5);
        int seen = 0;
        for (ulong i = 0; i < 12; i++)
        {
            LoweredTrace trace = TraceLowering.Lower(generator.Generate(i));
            if (new ContractRun(first).Run(trace).Findings.Any(f => f.IsCrash))
            {
                // Where it dies is a place in the code: that is judged every time.
                continue;
            }

            seen++;
            var verdicts = new KnownVerdicts();
            _judged = 0;
            Find(verdicts, first, trace).ShouldBe(Judge(first, trace));
            Find(verdicts, other, trace).ShouldBe(Judge(other, trace));
            Find(verdicts, first, trace);
            _judged.ShouldBe(1, $"sequence {i}");
        }

        seen.ShouldBeGreaterThan(6);
    }

    [Fact]
    public void One_that_does_not_is_judged_and_both_are_remembered()
    {
        using RunnerEngine good = kernels.Load(kernels.Tree(Old));
        using RunnerEngine bad = kernels.Load(kernels.Edited(Old, "size /= 2;"));
        var verdicts = new KnownVerdicts();
        Find(verdicts, good, IsolatedKernels.Simple).ShouldBeEmpty();
        Find(verdicts, bad, IsolatedKernels.Simple).ShouldNotBeEmpty();
        Find(verdicts, good, IsolatedKernels.Simple).ShouldBeEmpty();
        Find(verdicts, bad, IsolatedKernels.Simple).ShouldNotBeEmpty();
        _judged.ShouldBe(2);
    }

    [Fact]
    public void Answers_that_are_places_in_the_code_are_not_compared()
    {
        using RunnerEngine engine = kernels.Load(
            kernels.Edited(Old, "*(volatile int *)0 = 1;"));
        var tape = new CallTape();
        engine.Tape = tape;
        var run = new EngineRun(engine);
        run.Execute(IsolatedKernels.Simple);
        run.Crash().ShouldNotBeNull();
        tape.IsWhole.ShouldBeFalse();
        engine.Repeats(tape).ShouldBeFalse();
    }

    private static Defect[] Judge(IEngine engine, LoweredTrace trace) =>
        [.. new ContractRun(engine).Run(trace).Findings.Where(f => !f.IsCrash).Select(Defect.Of)];

    private IReadOnlyList<Defect> Find(
        KnownVerdicts verdicts, IRepeatingEngine engine, LoweredTrace trace) =>
        verdicts.Find(engine, () =>
        {
            _judged++;
            return Judge(engine, trace);
        });
}
