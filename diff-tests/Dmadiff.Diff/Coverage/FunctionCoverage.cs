// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Coverage;

/// <summary>How much of a function was run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="FirstLine">Where it begins, from 1 on.</param>
/// <param name="LastLine">Where it ends.</param>
/// <param name="Lines">Lines of its own file that have code.</param>
/// <param name="LinesReached">Those that were run.</param>
/// <param name="Edges">Edges of its flow graph that leave code of its own file; not those that
/// only a call that never returns takes, and none inside of what comes from a header.</param>
/// <param name="EdgesReached">Those that were taken.</param>
public sealed record FunctionCoverage(
    string Name,
    int FirstLine,
    int LastLine,
    IReadOnlySet<int> Lines,
    IReadOnlySet<int> LinesReached,
    int Edges,
    int EdgesReached)
{
    /// <summary>Works out what a function's counters say.</summary>
    internal static FunctionCoverage Of(CoveredFunction function, ReadOnlySpan<ulong> counters)
    {
        var taken = function.Solve(counters);
        var own = function.Lines.Where(l => l.File == function.File).ToList();
        var ownBlocks = own.Select(l => l.Block).ToHashSet();
        var entered = new HashSet<int>();
        var edges = 0;
        var reached = 0;
        for (var i = 0; i < taken.Length; i++)
        {
            var arc = function.Arcs[i];
            if (taken[i] > 0)
            {
                entered.Add(arc.From);
                entered.Add(arc.To);
            }

            if (!arc.IsFake && ownBlocks.Contains(arc.From))
            {
                edges++;
                reached += taken[i] > 0 ? 1 : 0;
            }
        }

        return new FunctionCoverage(
            function.Name,
            function.FirstLine,
            function.LastLine,
            own.Select(l => l.Line).ToHashSet(),
            own.Where(l => entered.Contains(l.Block)).Select(l => l.Line).ToHashSet(),
            edges,
            reached);
    }
}
