// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Findings;
using Dmadiff.Diff.Validation;
using Dmadiff.KernelHarness.Series;

namespace Dmadiff.Cli.Validation;

/// <summary>What was found out about a series, put together for the reader.</summary>
/// <param name="series">The series.</param>
/// <param name="patches">What there is to say of each patch, in order.</param>
internal sealed class SeriesReport(PatchSeries series, IReadOnlyList<PatchReport> patches)
{
    private static readonly string[] Headings = ["patch", "result", "lines run", "cost", "subject"];

    /// <summary>Kernels that were run.</summary>
    public IReadOnlyList<KernelIdentity> Kernels { get; init; } = [];

    /// <summary>What the reader has to know, one line each.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>Sequences that each kernel was given.</summary>
    public int Sequences { get; init; }

    /// <summary>Operations in them.</summary>
    public long Operations { get; init; }

    /// <summary>The whole report.</summary>
    public FindingsReport Make() => new()
    {
        ToolVersion = Tool.Version,
        Command = "validate",
        Kernels = Kernels,
        Verdict = Verdict(),
        Table = new ReportTable(Headings, [.. patches.Select(Row)]),
        Notices =
        [
            .. series.Notices.Select(n => n.Text),
            .. Notices,
            .. patches.SelectMany(p => p.Notices),
        ],
        Checks =
        [
            .. patches.Select(p => new Check(
                $"patch {p.Number}/{series.Patches.Count} {p.Subject}", p.Findings)),
        ],
        Sequences = Sequences,
        Operations = Operations,
        Summary = Summed(),
    };

    private string[] Row(PatchReport patch) =>
    [
        $"{patch.Number}/{series.Patches.Count}",
        patch.Result,
        patch.Ran,
        patch.Cost,
        patch.Subject,
    ];

    private string Verdict()
    {
        string head = $"{Summary.Count(series.Patches.Count, "patch")} on {series.Base.Name}: ";
        int[] bad = [.. Of(FindingSeverity.Error)];
        int[] odd = [.. Of(FindingSeverity.Warning)];
        int[] changing = [.. Of(FindingSeverity.Note)];
        return head + (bad, odd, changing) switch
        {
            ({ Length: > 0 }, _, _) => $"{Patches(bad)} broken",
            (_, { Length: > 0 }, _) => $"nothing broken, but look at {Named(odd)}",
            (_, _, { Length: > 0 }) => $"nothing broken; see the notes on {Named(changing)}",
            _ => "nothing to report",
        };
    }

    private IEnumerable<int> Of(FindingSeverity severity) =>
        patches.Where(p => p.Worst == severity).Select(p => p.Number);

    private static string Patches(int[] numbers) =>
        Named(numbers) + (numbers.Length == 1 ? " is" : " are");

    private static string Named(int[] numbers) =>
        (numbers.Length == 1 ? "patch " : "patches ") + string.Join(", ", numbers);

    private string Summed() => $"base {series.Base.Name} ({series.Base.Reason}); "
        + (Sequences == 0
            ? "nothing was run"
            : $"{Summary.Count(Sequences, "sequence")}, "
                + $"{Summary.Count(Operations, "operation")} on each kernel");
}
