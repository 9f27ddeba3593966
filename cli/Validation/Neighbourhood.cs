// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using System.Text.RegularExpressions;
using Dmadiff.Bindings;
using Dmadiff.Diff.Validation;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Series;

namespace Dmadiff.Cli.Validation;

/// <summary>What is near to what a patch changes.</summary>
internal sealed partial class Neighbourhood
{
    private readonly HashSet<(string File, string Name)> _changed;
    private readonly HashSet<string> _files;
    private readonly HashSet<(string File, string Name)> _callers = [];
    private readonly HashSet<(string File, int Line)> _lines;
    private readonly Dictionary<CoveredFunction, Nearness> _known =
        new(ReferenceEqualityComparer.Instance);

    /// <summary>Looks around.</summary>
    /// <param name="patch">The patch; it applied.</param>
    /// <param name="tree">The tree after it.</param>
    /// <param name="compiled">The files that are compiled.</param>
    public Neighbourhood(Patch patch, ISourceTree tree, IEnumerable<string> compiled)
    {
        _changed = [.. patch.Files.SelectMany(f => f.Functions.Select(n => (f.Path, n.Name)))];
        _lines =
        [
            .. patch.Files.SelectMany(f => f.Added.SelectMany(
                r => Enumerable.Range(r.First, r.Count).Select(line => (f.Path, line)))),
        ];
        _files = [.. _changed.Select(c => c.File)];
        var names = _changed.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        foreach (string file in names.Count > 0 ? compiled : [])
        {
            string text = Encoding.UTF8.GetString(tree.ReadFile(file) ?? []);
            string[] lines = text.Split('\n');
            _callers.UnionWith(FunctionMap.Of(text)
                .Where(f => lines[(f.Lines.First - 1)..f.Lines.Last].Any(
                    line => Call().Matches(line).Any(call => names.Contains(call.Value))))
                .Select(f => (file, f.Name)));
        }
    }

    /// <summary>Whether the patch changes any function.</summary>
    public bool IsEmpty => _changed.Count == 0;

    /// <summary>How near a function is.</summary>
    public Nearness Of(CoveredFunction function)
    {
        if (!_known.TryGetValue(function, out Nearness near))
        {
            near = Look(function);
            _known.Add(function, near);
        }

        return near;
    }

    // What a patch changes in a header is compiled into the functions that use it.
    private Nearness Look(CoveredFunction function) =>
        _changed.Contains((function.File, function.Name))
            || function.Lines.Any(l => _lines.Contains((l.File, l.Line))) ? Nearness.Changed
        : _files.Contains(function.File) ? Nearness.SameFile
        : _callers.Contains((function.File, function.Name)) ? Nearness.Caller
        : Nearness.None;

    [GeneratedRegex(@"\b[a-z_]\w*(?=\s*\()", RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex Call();
}
