// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Findings;
using Dmadiff.Diff.Validation;
using Dmadiff.KernelHarness.Series;

namespace Dmadiff.Cli.Validation;

/// <summary>Says of each patch of a series what came of it.</summary>
/// <param name="series">The series.</param>
/// <param name="kernels">Its kernels.</param>
/// <param name="switches">What it adds.</param>
/// <param name="configurations">In what configurations it is run beside the default.</param>
/// <param name="exercises">What kernels were given.</param>
/// <param name="records">What kernels did, by the number of the patch.</param>
/// <param name="outcomes">What patches bring, by their numbers.</param>
/// <param name="findings">Puts that into words.</param>
/// <param name="claims">Holds patches to what they say.</param>
/// <param name="cancel">Stops it.</param>
internal sealed class PatchReports(
    PatchSeries series,
    SeriesKernels kernels,
    IReadOnlyList<AddedSwitch> switches,
    IReadOnlyList<ChosenConfiguration> configurations,
    IReadOnlyList<Exercise> exercises,
    IReadOnlyList<StageRecord?> records,
    IReadOnlyDictionary<int, PatchOutcome> outcomes,
    PatchFindings findings,
    Claims claims,
    CancellationToken cancel)
{
    private readonly Costs _costs = new(kernels);

    /// <summary>A report for each patch, in order.</summary>
    public IEnumerable<PatchReport> Make() => series.Patches.Select(Of);

    private PatchReport Of(Patch patch)
    {
        if (patch.Failure is { } failure)
        {
            return PatchFindings.NotApplied(patch, failure);
        }

        if (patch.Number >= records.Count)
        {
            return new PatchReport(patch.Number, patch.Subject, "not tried", []);
        }

        StageBuild stage = kernels.Stages[patch.Number];
        if (!outcomes.TryGetValue(patch.Number, out PatchOutcome? outcome))
        {
            return PatchFindings.NotBuilt(patch, stage);
        }

        return stage.Build!.Key == kernels.Stages[patch.Number - 1].Build?.Key
            && !switches.Any(s => s.Since == patch.Number)
                ? new PatchReport(patch.Number, patch.Subject, "touches nothing built", [])
                : Of(patch, outcome);
    }

    private PatchReport Of(Patch patch, PatchOutcome outcome)
    {
        LineCoverage coverage = records[patch.Number]!.Coverage(patch.Number, kernels);
        var lines = new ChangedLines(patch, coverage);
        IReadOnlyList<Cost> costs = _costs.Of(patch.Number);
        FixAnswer[] fixes = [.. claims.Fixes(patch)];
        return new PatchReport(
            patch.Number,
            patch.Subject,
            PatchFindings.Changes(patch, outcome),
            [
                .. NotBuilt(patch),
                .. NotConfigured(patch),
                .. findings.Of(patch, outcome, defect => Later(patch.Number, defect)),
                .. fixes.Where(f => f.IsWrong).Select(f => PatchFindings.False(patch, f.Text)),
                .. kernels.NewWarnings(patch, cancel)
                    .Select(w => PatchFindings.Warned(patch, w)),
                .. PatchFindings.Untested(patch, coverage),
            ])
        {
            Ran = lines.Ran,
            Cost = costs.MaxBy(c => Math.Abs(c.Change))?.Percent ?? string.Empty,
            Notices =
            [
                .. Claims.Unchanged(patch, outcome, lines.Ran),
                .. LeftOut(patch.Number),
                .. lines.NotRun.Length == 0
                    ? []
                    : new[] { $"lines of patch {patch.Number} that did not run: {lines.NotRun}" },
                .. fixes.Where(f => !f.IsWrong).Select(f => f.Text),
                .. Costlier(patch.Number, costs),
                .. outcome.Gone.Count == 0
                    ? []
                    : new[]
                    {
                        $"not seen any more with patch {patch.Number}: "
                            + string.Join(", ", outcome.Gone),
                    },
            ],
        };
    }

    private string[] LeftOut(int number) => records[number]!.Record.LeftOut is > 0 and var left
        ? [
            $"the kernel of patch {number} hangs so often that it was not given "
                + $"{Summary.Count(left, "sequence")} of {exercises.Count(e => e.IsFor(number))}",
        ]
        : [];

    // Of what the patch before it costs as well, that was said there.
    private string[] Costlier(int number, IReadOnlyList<Cost> costs)
    {
        IReadOnlyList<Cost> last =
            kernels.Stages[number - 1].Build is null ? [] : _costs.Of(number - 1);
        Cost[] changed =
        [
            .. costs.Where(c => !last.Any(
                l => l.Workload == c.Workload && l.Percent == c.Percent)),
        ];
        return changed.Length == 0
            ? []
            : [
                $"cost with patch {number}, in pieces of straight code an operation, of "
                    + string.Join("; ", (object[])changed),
            ];
    }

    private IEnumerable<Finding> NotBuilt(Patch patch) =>
        from added in switches
        where added.Kind == SwitchKind.Kconfig && added.Since <= patch.Number
        let problem = kernels.Find(patch.Number, added, KernelConfiguration.Default).Problem
        where problem is not null
        select PatchFindings.NotBuilt(patch, added.ToString(), problem);

    // One that breaks it; what follows inherits that.
    private IEnumerable<Finding> NotConfigured(Patch patch) =>
        from chosen in configurations
        where chosen.Since <= patch.Number
            && kernels.Has(patch.Number - 1, null, chosen.Configuration)
        let problem = kernels.Find(patch.Number, null, chosen.Configuration).Problem
        where problem is not null
        select PatchFindings.NotBuilt(patch, chosen.Configuration.Name, problem);

    // What a later patch leaves as it is, and what it hides behind an option.
    private string Later(int number, Defect defect)
    {
        string[] still =
        [
            .. outcomes.Where(o => o.Key > number && o.Value.Still.Contains(defect))
                .OrderBy(o => o.Key)
                .GroupBy(o => o.Value.OnlyWith.GetValueOrDefault(defect))
                .Select(same => string.Join(", ", same.Select(o => o.Key))
                    + (same.Key is null ? string.Empty : $" (with {same.Key})")),
        ];
        return still.Length == 0 ? string.Empty
            : $"still there after patch {string.Join(", ", still)}";
    }
}
