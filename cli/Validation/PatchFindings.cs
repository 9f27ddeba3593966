// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Commands;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Findings;
using Dmadiff.Diff.Traces;
using Dmadiff.Diff.Validation;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Series;

namespace Dmadiff.Cli.Validation;

/// <summary>Puts what a patch does into the terms that all outputs share.</summary>
/// <param name="series">The series.</param>
/// <param name="kernels">Its kernels.</param>
/// <param name="folder">Where traces go.</param>
internal sealed class PatchFindings(PatchSeries series, SeriesKernels kernels, string folder)
{
    private readonly TraceFiles _files = new(folder);
    private readonly FunctionLocator _functions = new(kernels.Stages.Select(s => s.Tree));

    /// <summary>Of a patch that does not apply.</summary>
    public static PatchReport NotApplied(Patch patch, PatchFailure failure)
    {
        string what = $"patch {patch.Number} does not apply: {failure.Place}: {failure.Reason}";
        return new PatchReport(patch.Number, patch.Subject, "does not apply",
        [
            Told(FindingRule.DoesNotApply, patch, "does not apply", what) with
            {
                Place = new FindingPlace(string.Empty, failure.File, failure.Line),
            },
        ]);
    }

    /// <summary>Of a patch whose kernel does not build.</summary>
    public static PatchReport NotBuilt(Patch patch, StageBuild stage) => stage.IsOurs
        ? new PatchReport(patch.Number, patch.Subject, "cannot be tested",
        [
            Told(FindingRule.Untestable, patch, "cannot be tested",
                $"patch {patch.Number} cannot be tested, as dmadiff's own code looks at what "
                + $"it changes: {stage.Problem}"),
        ])
        : new PatchReport(patch.Number, patch.Subject, "does not build",
        [
            Told(FindingRule.DoesNotBuild, patch, "does not build",
                $"patch {patch.Number} does not build: {stage.Problem}") with
            {
                Place = PlaceOf(stage.Problem!),
            },
        ]);

    /// <summary>Of a patch that was run.</summary>
    /// <param name="patch">The patch.</param>
    /// <param name="outcome">What it brings.</param>
    /// <param name="later">What became of a defect after later patches, a line; or empty.
    /// </param>
    public IReadOnlyList<Finding> Of(
        Patch patch, PatchOutcome outcome, Func<Defect, string> later)
    {
        var findings = new List<Finding>();
        findings.AddRange(outcome.New.OrderBy(n => n.Defect.Kind).Select(
            n => Of(patch, n, later(n.Defect))));
        if (patch.NoChangeClaim is { } claim && outcome.Changes)
        {
            findings.Add(Told(FindingRule.FalseClaim, patch, "claims that nothing changes",
                $"patch {patch.Number} says \"{claim}\", but {Changes(patch, outcome)}"));
        }

        findings.AddRange(outcome.Differences.Select(
            d => Writer(d.Against, patch.Number, d.With).Of(
                d.Group, Name(d.Against), Name(patch.Number), alone: false)));
        return findings;
    }

    /// <summary>Of what a patch adds and nothing reached.</summary>
    public static IEnumerable<Finding> Untested(Patch patch, LineCoverage coverage)
    {
        // A header may have an empty one of the same name, for when the option is off.
        string[] names =
        [
            .. patch.Files
                .SelectMany(f => f.Functions.Where(n => n.IsNew)
                    .Select(n => (n.Name, Called: coverage.Called(f.Path, n.Name))))
                .GroupBy(f => f.Name)
                .Where(f => f.Any(n => n.Called == false) && f.All(n => n.Called != true))
                .Select(f => f.Key + "()"),
        ];
        if (names.Length > 0)
        {
            yield return Told(
                FindingRule.Untested,
                patch,
                "untested functions",
                $"patch {patch.Number} adds what no sequence reached: {string.Join(", ", names)}");
        }
    }

    /// <summary>Of a warning of the compiler.</summary>
    public static Finding Warned(Patch patch, CompilerWarning warning) => Told(
        FindingRule.CompilerWarning,
        patch,
        "compiler warning: " + warning.Text,
        $"patch {patch.Number} makes the compiler warn: {warning.File}:{warning.Line}: "
            + warning.Text) with
    {
        Place = new FindingPlace(string.Empty, warning.File, warning.Line),
    };

    /// <summary>Of a claim that does not hold.</summary>
    public static Finding False(Patch patch, string what) =>
        Told(FindingRule.FalseClaim, patch, "does not fix what it says", what);

    /// <summary>Of a kernel that does not build in a way in which it should.</summary>
    public static Finding NotBuilt(Patch patch, string with, string problem) => Told(
        FindingRule.DoesNotBuild,
        patch,
        $"does not build with {with}",
        $"patch {patch.Number} does not build with {with}: {problem}");

    /// <summary>What can be seen of a change, in a few words.</summary>
    /// <param name="patch">The patch.</param>
    /// <param name="outcome">What it brings.</param>
    public static string Changes(Patch patch, PatchOutcome outcome)
    {
        string[] words =
        [
            .. Some(Count(outcome, DefectKind.Crash), "crash"),
            .. Some(Count(outcome, DefectKind.Hang), "hang"),
            .. Some(Count(outcome, DefectKind.Report), "report"),
            .. Some(Count(outcome, DefectKind.Breach), "breach"),
            .. Some(outcome.Differences.Count, "change"),
        ];
        string[] lacking =
        [
            .. outcome.New.Where(n => n.Defect.Kind == DefectKind.Missing)
                .Select(n => $"needs {n.Defect.Function}").Distinct(),
        ];
        return words.Length > 0 ? string.Join(", ", words)
            : lacking.Length > 0 ? string.Join(", ", lacking)
            : outcome.Restored > 0 ? "undoes a change"
            : outcome.Gone.Any(d => MayMend(patch, d)) ? "mends"
            : outcome.Gone.Count > 0 || outcome.Mended > 0 ? "avoids a defect"
            : "no change";
    }

    // Code that crashes and is left as it is may still be got to, whether or not a sequence
    // was found that does.
    private static bool MayMend(Patch patch, Defect gone) =>
        gone.Kind == DefectKind.Breach
        || patch.Files.SelectMany(f => f.Functions).Any(f => f.Name == gone.Where);

    private static string[] Some(int number, string noun) =>
        number == 0 ? [] : [Summary.Count(number, noun)];

    private static int Count(PatchOutcome outcome, DefectKind kind) =>
        outcome.New.Count(n => n.Defect.Kind == kind);

    private static Finding Told(FindingRule rule, Patch patch, string title, string what) =>
        new()
        {
            Rule = rule,
            Revision = $"patch {patch.Number}",
            Title = $"{title}: {patch.Subject}",
            What = what,
            Text = string.Join('\n', Paragraph.Wrap(what, indent: 2)) + "\n",
        };

    private static FindingPlace PlaceOf(string problem)
    {
        string[] words = problem.Split(':', 3);
        return words.Length == 3 && int.TryParse(words[1], out int line)
            ? new FindingPlace(string.Empty, words[0], line)
            : FindingPlace.Unknown;
    }

    private string Name(int stage) => kernels.Stages[stage].Tree.Name;

    private Finding Of(Patch patch, NewDefect found, string later)
    {
        if (found.Defect.Kind == DefectKind.Missing)
        {
            return Lacking(patch, found);
        }

        CampaignFindings writer = Writer(null, patch.Number, found.Switch);
        Finding finding = found.Crash is { } crash ? writer.Of(crash) : writer.Of(found.Breach!);
        string[] more =
        [
            .. found.IsLikeOld
                ? ["a kernel before it does the same, but not on this sequence"]
                : Array.Empty<string>(),
            .. later.Length > 0 ? [later] : Array.Empty<string>(),
            .. found.Crash is not null && DriverFault.In(found.Trace)
                ? ["the driver is at fault as well: it syncs more than it mapped"]
                : Array.Empty<string>(),
        ];
        return finding with
        {
            Rule = found.Defect.Kind is DefectKind.Crash or DefectKind.Hang
                ? FindingRule.NewCrash
                : finding.Rule,
            Text = finding.Text + string.Concat(more.Select(
                line => string.Join('\n', Paragraph.Wrap(line, "  note     ", 11)) + "\n")),
        };
    }

    private static Finding Lacking(Patch patch, NewDefect found)
    {
        string with = found.Switch is { } added ? $" with {added}" : string.Empty;
        return Told(
            FindingRule.LacksService,
            patch,
            $"needs {found.Defect.Function}",
            $"patch {patch.Number} needs {found.Defect.Function}(), which the harness does not "
            + $"have: {Summary.Count(found.Count, "sequence")} could not be finished{with}");
    }

    private CampaignFindings Writer(int? against, int stage, AddedSwitch? with) =>
        new(new FindingContext(
            KernelBuilder.Compiler,
            _files.Write,
            path => Replay(against, stage, with, path),
            _functions.Locate,
            (_, _, _) => []));

    private ShellCommand Replay(int? against, int stage, AddedSwitch? with, string path) =>
        new(ValueList.From(
            (string[])
            [
                $"{Tool.Name} run",
                "--tree " + ShellWord.Quote(series.Repository),
                .. (against is { } a ? new[] { a, stage } : [stage]).Select(
                    s => "--on " + kernels.Stages[s].Tree.CommitId[..12]),
                .. with is { Kind: SwitchKind.Kconfig }
                    ? ["--kconfig " + with.Name]
                    : Array.Empty<string>(),
                ShellWord.Quote(path),
            ]));
}
