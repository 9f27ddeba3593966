// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Validation;

/// <summary>Which lines of a kernel have code, and which of those were run: of headers, too, as
/// a patch may well change an inline function.</summary>
public sealed class LineCoverage
{
    private readonly HashSet<(string File, int Line)> _lines = [];
    private readonly HashSet<(string File, int Line)> _reached = [];
    private readonly HashSet<(string File, string Name)> _functions = [];
    private readonly HashSet<(string File, string Name)> _called = [];

    /// <summary>Takes in what the counters of a kernel say.</summary>
    /// <param name="map">What is counted.</param>
    /// <param name="counters">The counters, in that order; empty when nothing was.</param>
    public void Add(CoverageMap map, IReadOnlyList<ulong> counters)
    {
        ulong[] all = [.. counters];
        var first = 0;
        foreach (var function in all.Length == map.Counters ? map.Functions : [])
        {
            Add(function, all.AsSpan(first, function.Counters));
            first += function.Counters;
        }
    }

    /// <summary>Of the lines of a file, those that have code, and whether they ran.</summary>
    /// <param name="file">Path in the kernel's tree.</param>
    /// <param name="lines">Lines, from 1 on.</param>
    public IEnumerable<(int Line, bool Ran)> Of(string file, IEnumerable<int> lines) => lines
        .Where(line => _lines.Contains((file, line)))
        .Select(line => (line, _reached.Contains((file, line))));

    /// <summary>Whether a function was called; null when there is no such code.</summary>
    /// <param name="file">Path in the kernel's tree.</param>
    /// <param name="name">The function.</param>
    public bool? Called(string file, string name) =>
        _functions.Contains((file, name)) ? _called.Contains((file, name)) : null;

    private void Add(CoveredFunction function, ReadOnlySpan<ulong> counters)
    {
        var taken = function.Solve(counters);
        var entered = new HashSet<int>();
        for (var i = 0; i < taken.Length; i++)
        {
            if (taken[i] > 0)
            {
                entered.Add(function.Arcs[i].From);
                entered.Add(function.Arcs[i].To);
            }
        }

        _functions.Add((function.File, function.Name));
        if (entered.Count > 0)
        {
            _called.Add((function.File, function.Name));
        }

        foreach (var line in function.Lines)
        {
            _lines.Add((line.File, line.Line));
            if (entered.Contains(line.Block))
            {
                _reached.Add((line.File, line.Line));
            }
        }
    }
}
