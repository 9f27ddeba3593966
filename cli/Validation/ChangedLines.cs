// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Validation;
using Dmadiff.KernelHarness.Series;

namespace Dmadiff.Cli.Validation;

/// <summary>Which of the lines that a patch changes were run.</summary>
internal sealed class ChangedLines
{
    private const int MostPlaces = 4;

    private readonly (string File, int Line, bool Ran)[] _lines;

    /// <summary>Looks them up.</summary>
    public ChangedLines(Patch patch, LineCoverage coverage) => _lines =
    [
        .. patch.Files.SelectMany(f => coverage
            .Of(f.Path, f.Added.SelectMany(r => Enumerable.Range(r.First, r.Count)))
            .Select(l => (f.Path, l.Line, l.Ran))),
    ];

    /// <summary>How many have code and ran: "12/15"; empty when none has.</summary>
    public string Ran => _lines.Length == 0
        ? string.Empty
        : $"{_lines.Count(l => l.Ran)}/{_lines.Length}";

    /// <summary>Where those are that did not; empty when all did.</summary>
    public string NotRun
    {
        get
        {
            string[] places =
            [
                .. _lines.Where(l => !l.Ran).GroupBy(l => l.File).Select(
                    f => $"{f.Key}:{string.Join(',', f.Take(MostPlaces).Select(l => l.Line))}"
                        + (f.Count() > MostPlaces ? $" and {f.Count() - MostPlaces} more" : "")),
            ];
            return string.Join("; ", places);
        }
    }
}
