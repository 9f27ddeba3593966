// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Coverage;

/// <summary>Keeps traces that run what none before did, and has them varied.</summary>
/// <param name="fresh">Makes traces of its own accord.</param>
/// <param name="coverage">Says what is new.</param>
public sealed class FeedbackLoop(SequenceGenerator fresh, ContestCoverage coverage)
{
    private readonly VaryingGenerator _varying = new(fresh);
    private readonly List<(string Origin, Trace Trace, IReadOnlyList<CoverageGain> Gains)> _firsts
        = [];

    /// <summary>Traces kept so far.</summary>
    public int Kept => _varying.Kept.Count;

    /// <summary>Trace number <paramref name="index"/>: it depends on the seed and on what was
    /// kept of those before.</summary>
    public Trace Generate(ulong index) => _varying.Generate(index);

    /// <summary>Keeps the trace that was run last if it is worth it.</summary>
    /// <param name="origin">Where it came from.</param>
    /// <param name="trace">The trace.</param>
    public void Take(string origin, Trace trace)
    {
        if (!coverage.Gains.Any(g => g.IsMore))
        {
            return;
        }

        _varying.Keep(trace);
        if (coverage.Gains.Any(g => g.Edges.Count > 0))
        {
            _firsts.Add((origin, trace, coverage.Gains));
        }
    }

    /// <summary>Those that were the first to take an edge, as small as they still take it. Each
    /// is made small when it is asked for, which takes hundreds of runs.</summary>
    public IEnumerable<(string Origin, Trace Trace)> Minimised() => _firsts.Select(
        f => (f.Origin, coverage.Minimise(f.Trace, f.Gains)));
}
