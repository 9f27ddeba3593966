// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Running;

/// <summary>Runs the same traces on several engines and has judges compare them.</summary>
public sealed class LockStep : IDisposable
{
    private readonly EngineRun[] _runs;
    private readonly Comparison[] _comparisons;
    private readonly EngineThread[] _threads;
    private readonly int[] _all;

    /// <summary>Sets it up; engines stay the caller's to dispose.</summary>
    /// <param name="engines">At least one.</param>
    /// <param name="comparisons">Which of them are compared, and how.</param>
    /// <param name="parallel">Give every engine but the first a thread of its own. An engine
    /// is then always driven by the same thread.</param>
    public LockStep(
        IReadOnlyList<IEngine> engines,
        IReadOnlyList<Comparison> comparisons,
        bool parallel = false)
    {
        if (engines.Count == 0)
        {
            throw new ArgumentException("needs at least one engine", nameof(engines));
        }

        _runs = [.. engines.Select(engine => new EngineRun(engine))];
        _comparisons = [.. comparisons];
        _all = [.. Enumerable.Range(0, _runs.Length)];
        _threads = parallel ? [.. _runs.Skip(1).Select(run => new EngineThread(run))] : [];
    }

    /// <summary>Compares the first engine with each of the others.</summary>
    public static LockStep FirstWithOthers(
        IReadOnlyList<IEngine> engines,
        Judge judge,
        bool parallel = false)
    {
        var others = Enumerable.Range(1, engines.Count - 1);
        return new(engines, [.. others.Select(i => new Comparison(0, i, judge))], parallel);
    }

    /// <summary>The comparisons, in the order of <see cref="RunReport.Divergences"/>.</summary>
    public IReadOnlyList<Comparison> Comparisons => _comparisons;

    /// <summary>Runs a whole trace on every engine that has what it needs, and compares
    /// those.</summary>
    /// <exception cref="MachineException">This host cannot hold the machine.</exception>
    public RunReport Run(LoweredTrace trace)
    {
        var lacking = Array.ConvertAll(_runs, run => run.Engine.Lacks & trace.Needs);
        bool CanRun(int engine) => lacking[engine] == EngineCapabilities.None;
        int[] able = [.. _all.Where(CanRun)];
        Drive(able, trace, trace.Ops.Length);
        var divergences = new Divergence?[_comparisons.Length];
        for (var i = 0; i < divergences.Length; i++)
        {
            var (left, right, judge) = _comparisons[i];
            divergences[i] = CanRun(left) && CanRun(right)
                ? judge.Compare(trace, _runs[left], _runs[right])
                : null;
        }

        return new RunReport(
            trace,
            trace.Ops.Length,
            divergences,
            [.. _all.Select(engine => CanRun(engine) ? _runs[engine].Crash() : null)],
            [.. able.SelectMany(engine => ExpectationJudge.Judge(trace, _runs[engine]))])
        {
            Lacking = lacking,
        };
    }

    /// <summary>
    /// Runs a trace on the two engines of one comparison only; what a shrinker asks.
    /// </summary>
    /// <param name="trace">The trace.</param>
    /// <param name="comparison">Index of the comparison.</param>
    /// <returns>The first divergence, or null.</returns>
    /// <exception cref="MachineException">This host cannot hold the machine.</exception>
    public Divergence? Compare(LoweredTrace trace, int comparison)
    {
        var (left, right, judge) = _comparisons[comparison];
        Drive([left, right], trace, trace.Ops.Length);
        return judge.Compare(trace, _runs[left], _runs[right]);
    }

    /// <summary>Runs both engines up to a divergence and reads their state.</summary>
    /// <param name="trace">The trace that shows it.</param>
    /// <param name="comparison">Index of the comparison that found it.</param>
    /// <param name="divergence">The divergence.</param>
    /// <exception cref="MachineException">This host cannot hold the machine.</exception>
    public DivergenceDetails Inspect(LoweredTrace trace, int comparison, Divergence divergence)
    {
        var (left, right, _) = _comparisons[comparison];
        return new DivergenceDetails(
            divergence,
            trace,
            Snapshot(left, trace, divergence),
            Snapshot(right, trace, divergence));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var thread in _threads)
        {
            thread.Dispose();
        }
    }

    private MachineSnapshot Snapshot(int engine, LoweredTrace trace, Divergence divergence)
    {
        Drive([engine], trace, divergence.AtBoot ? 0 : divergence.Step + 1);
        var step = divergence.Step + (divergence.AtBoot ? 0 : trace.Setup.StepCount);
        return MachineSnapshot.Take(trace, _runs[engine], step);
    }

    private void Drive(ReadOnlySpan<int> engines, LoweredTrace trace, int count)
    {
        foreach (var engine in engines)
        {
            ThreadOf(engine)?.Start(trace, count);
        }

        try
        {
            foreach (var engine in engines)
            {
                if (ThreadOf(engine) is null)
                {
                    _runs[engine].Execute(trace, count);
                }
            }
        }
        finally
        {
            // Even when an engine failed: the others must be idle before the next run.
            foreach (var engine in engines)
            {
                ThreadOf(engine)?.Wait();
            }
        }

        foreach (var engine in engines)
        {
            ThreadOf(engine)?.ThrowIfFailed();
        }
    }

    private EngineThread? ThreadOf(int engine) =>
        engine > 0 && _threads.Length > 0 ? _threads[engine - 1] : null;
}
