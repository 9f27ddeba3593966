// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.InteropServices;
using Dmadiff.Bindings;
using Dmadiff.Diff.Recordings;

namespace Dmadiff.Diff.Replays;

/// <summary>Where a kernel and its reference part in a replay.</summary>
/// <param name="Left">The kernel.</param>
/// <param name="Right">Its reference.</param>
/// <param name="Step">The operation.</param>
/// <param name="LeftResult">What came of it on the kernel.</param>
/// <param name="RightResult">What came of it on the reference.</param>
public sealed record ReplayDivergence(
    ReplayEngine Left,
    ReplayEngine Right,
    ReplayStep Step,
    AbiResult LeftResult,
    AbiResult RightResult);

/// <summary>
/// Runs steps on several engines, a batch at a time, so that it does not matter how many there
/// are.
/// </summary>
/// <param name="engines">The engines.</param>
/// <param name="pairs">Which of them must agree exactly: a kernel and its reference.</param>
public sealed class ReplayRun(
    IReadOnlyList<ReplayEngine> engines, IReadOnlyList<(int Left, int Right)> pairs)
{
    /// <summary>Stretches that the pool's use is told by.</summary>
    public const int StretchCount = 20;

    private const int BatchSize = 4096;
    private readonly AbiOp[] _ops = new AbiOp[BatchSize];
    private readonly List<ReplayStep> _steps = new(BatchSize);
    private readonly ReplayDivergence?[] _divergences = new ReplayDivergence?[pairs.Count];

    /// <summary>The engines.</summary>
    public IReadOnlyList<ReplayEngine> Engines => engines;

    /// <summary>For each pair the first operation at which they differ, or null.</summary>
    public IReadOnlyList<ReplayDivergence?> Divergences => _divergences;

    /// <summary>Operations run.</summary>
    public long Operations { get; private set; }

    /// <summary>Runs it all.</summary>
    /// <param name="setup">The machine.</param>
    /// <param name="source">The steps.</param>
    /// <param name="stretchOf">Which stretch a step is in; never one before the last.</param>
    /// <param name="progress">Called after each batch, or null; may throw to end it.</param>
    /// <exception cref="MachineException">This host cannot hold the machine.</exception>
    public void Run(
        Setup setup, IStepSource source, Func<ReplayStep, long, int> stretchOf, Action? progress)
    {
        foreach (var engine in engines)
        {
            engine.Boot(setup);
        }

        var stretch = 0;
        while (source.Next(out var step))
        {
            if (step.Mark is not null)
            {
                continue;
            }

            var here = Math.Clamp(
                stretchOf(step, Operations + _steps.Count), stretch, StretchCount - 1);
            if (here != stretch || _steps.Count == BatchSize)
            {
                RunBatch();
                progress?.Invoke();
                EndStretches(ref stretch, here);
            }

            _steps.Add(step);
        }

        RunBatch();
        EndStretches(ref stretch, StretchCount);
        foreach (var engine in engines)
        {
            engine.End();
        }
    }

    private void EndStretches(ref int stretch, int next)
    {
        for (; stretch < next; stretch++)
        {
            foreach (var engine in engines)
            {
                engine.Timeline.EndStretch(engine.Engine);
            }
        }
    }

    private void RunBatch()
    {
        if (_steps.Count == 0)
        {
            return;
        }

        for (var i = 0; i < _steps.Count; i++)
        {
            _ops[i] = _steps[i].Op;
        }

        Parallel.ForEach(engines, engine => engine.Run(_ops, _steps.Count));
        foreach (var engine in engines)
        {
            engine.Judge(_steps);
        }

        for (var i = 0; i < pairs.Count; i++)
        {
            _divergences[i] ??= FirstDivergence(pairs[i].Left, pairs[i].Right);
        }

        Operations += _steps.Count;
        _steps.Clear();
    }

    private ReplayDivergence? FirstDivergence(int left, int right)
    {
        var leftResults = engines[left].Results.AsSpan(0, _steps.Count);
        var rightResults = engines[right].Results.AsSpan(0, _steps.Count);
        var leftBytes = MemoryMarshal.AsBytes(leftResults);
        var same = leftBytes.CommonPrefixLength(MemoryMarshal.AsBytes(rightResults));
        if (same == leftBytes.Length)
        {
            return null;
        }

        var step = same / System.Runtime.CompilerServices.Unsafe.SizeOf<AbiResult>();
        return new ReplayDivergence(
            engines[left], engines[right], _steps[step], leftResults[step], rightResults[step]);
    }
}
