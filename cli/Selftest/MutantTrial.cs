// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics;
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Mutations;
using Dmadiff.Diff.Running;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Native;

namespace Dmadiff.Cli.Selftest;

/// <summary>Tries mutants of one file, each in a process of its own.</summary>
/// <param name="rebuilder">Builds them.</param>
/// <param name="runner">The program that holds one.</param>
/// <param name="text">The file as it is.</param>
/// <param name="sequences">What each is tried with.</param>
/// <param name="equivalents">Those that are not tried.</param>
internal sealed class MutantTrial(
    UnitRebuilder rebuilder,
    string runner,
    string text,
    SequenceSet sequences,
    EquivalentMutants equivalents)
{
    /// <summary>Sequences that the contract alone is tried on when no result differs.</summary>
    private const int ContractSequences = 40;

    private readonly string _code = UnitRebuilder.CodeHash(
        rebuilder.TryBuild(text, -1, CancellationToken.None)!.LibraryPath);

    /// <summary>Tries one.</summary>
    /// <param name="mutant">The mutant.</param>
    /// <param name="number">Tells those apart that are tried at a time.</param>
    /// <param name="cancel">Stops it.</param>
    public MutantOutcome Try(Mutant mutant, int number, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        MutantOutcome Outcome(MutantFate fate) => new(
            mutant, fate, FoundBy.None, watch.Elapsed.TotalSeconds, 0, string.Empty);

        if (rebuilder.TryBuild(mutant.Apply(text), number, cancel) is not { } build)
        {
            return Outcome(MutantFate.NotCompiled);
        }

        if (UnitRebuilder.CodeHash(build.LibraryPath) == _code)
        {
            return Outcome(MutantFate.SameCode);
        }

        if (equivalents.ReasonOf(mutant) is not null)
        {
            return Outcome(MutantFate.Equivalent);
        }

        int lines = text.AsSpan(mutant.Start, mutant.Length).Count('\n') + 1;
        RecordedSequence[] candidates =
            [.. sequences.For(mutant.Function, Enumerable.Range(mutant.Line, lines))];
        return candidates.Length == 0
            ? Outcome(MutantFate.NeverRun)
            : Run(mutant, build, candidates, watch, cancel);
    }

    private MutantOutcome Run(
        Mutant mutant,
        KernelBuild build,
        RecordedSequence[] candidates,
        Stopwatch watch,
        CancellationToken cancel)
    {
        using var engine = new RunnerEngine(build, runner, RunnerLimits.Default);
        var run = new EngineRun(engine);
        long operations = 0;
        foreach (RecordedSequence sequence in candidates)
        {
            cancel.ThrowIfCancellationRequested();
            run.Execute(sequence.Trace);
            operations += sequence.Trace.Ops.Length;
            if (!sequence.Result.Agrees(run))
            {
                double seconds = watch.Elapsed.TotalSeconds;
                (FoundBy judges, string what) = Judge(sequence, run, engine);
                return new MutantOutcome(
                    mutant, MutantFate.Found, judges, seconds, operations,
                    $"{what}, {sequence.Origin}");
            }
        }

        foreach (RecordedSequence sequence in candidates.Take(ContractSequences))
        {
            cancel.ThrowIfCancellationRequested();
            if (Breaches(sequence, engine).FirstOrDefault() is { } breach)
            {
                return new MutantOutcome(
                    mutant, MutantFate.Found, FoundBy.Contract, watch.Elapsed.TotalSeconds,
                    operations, $"{breach}, {sequence.Origin}");
            }
        }

        return new MutantOutcome(
            mutant, MutantFate.Survived, FoundBy.None, watch.Elapsed.TotalSeconds, operations,
            $"run by {candidates.Length} sequences");
    }

    private (FoundBy Judges, string What) Judge(
        RecordedSequence sequence, EngineRun run, IEngine engine)
    {
        EngineRun before = sequence.Result.AsRun(sequence.Trace);
        Divergence? exact = new ExactJudge().Compare(sequence.Trace, before, run);
        Divergence? seen = new BehaviourJudge().Compare(sequence.Trace, before, run);
        CrashReport? crash = sequence.Result.ReadCrash() is null ? run.Crash() : null;
        string what = crash is not null
            ? $"{crash.What} in {crash.Where}"
            : exact?.Signature.ToString() ?? "bytes differ";
        FoundBy judges = (crash is null ? FoundBy.Exact : FoundBy.Crash | FoundBy.Exact)
            | (seen is null ? FoundBy.None : FoundBy.Behaviour);
        if (Breaches(sequence, engine).Count > 0)
        {
            judges |= FoundBy.Contract;
        }

        return (judges, what);
    }

    // What the kernel as it is does wrong is none of the mutant's.
    private List<string> Breaches(RecordedSequence sequence, IEngine engine)
    {
        IReadOnlyList<ContractFinding> found = new ContractRun(engine).Run(sequence.Trace).Findings;
        if (found.Count == 0)
        {
            return [];
        }

        using var healthy = new NativeEngine(rebuilder.Build);
        var known = new ContractRun(healthy).Run(sequence.Trace).Findings
            .Select(f => f.Signature).ToHashSet();
        return
        [
            .. found.Where(f => !known.Contains(f.Signature)).Select(f => f.Signature.ToString()),
        ];
    }
}
