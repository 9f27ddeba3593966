// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Differences;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Validation;

/// <summary>Finds out what each patch of a series brings, out of what its kernels did with the
/// same sequences. Patches have to be asked for in order.</summary>
/// <param name="exercises">The sequences.</param>
/// <param name="records">Of the base and the kernel after each patch; null for one that could
/// not be run.</param>
/// <param name="bench">Has the kernels.</param>
public sealed class PatchJudge(
    IReadOnlyList<Exercise> exercises,
    IReadOnlyList<KernelRecord?> records,
    IKernelBench bench)
{
    private readonly References _references = new(exercises, records);
    private readonly BroughtDefects _brought = new(exercises, s => records[s] is not null, bench);

    /// <summary>Defects that a patch turned out to bring when a later one was judged: until
    /// then something else hid them.</summary>
    public IReadOnlyList<(int Stage, NewDefect Defect)> Late => _brought.Late;

    /// <summary>Keeps what was made small.</summary>
    public required ISmallTraces Kept { get; init; }

    /// <summary>What is known of the differences between two kernels, by number.</summary>
    public Func<int, int, IReadOnlyList<KnownDifference>> Catalogue { get; init; } =
        (_, _) => [];

    /// <summary>What a patch brings.</summary>
    /// <param name="stage">Its number; its kernel has to have been run.</param>
    /// <param name="cancel">Stops it.</param>
    public PatchOutcome Judge(int stage, CancellationToken cancel)
    {
        var tally = new PatchTally(_references, stage, _brought.Since);
        using var pairs = new KernelPairs(bench, stage, Catalogue, Kept);
        foreach (var i in Judged(stage))
        {
            cancel.ThrowIfCancellationRequested();
            if (tally.Take(i, exercises[i]) is { } against)
            {
                pairs.Add(against, exercises[i]);
            }
        }

        NewDefect[] found =
        [
            .. tally.New.Select(n => Shrink(stage, n.Key, n.Value)).OfType<NewDefect>()
                .Where(n => _brought.Take(stage, n)),
        ];
        var still = _brought.Still(stage);
        foreach (var defect in tally.Still)
        {
            still[defect] = !tally.NeedsSwitch(defect)
                ? null
                : still.GetValueOrDefault(defect) ?? SwitchOf(stage, defect);
        }

        return new PatchOutcome
        {
            Sequences = tally.Sequences,
            Operations = tally.Operations,
            Differences = pairs.Groups,
            New = found,
            Still = [.. still.Keys],
            OnlyWith = still.Where(s => s.Value is not null)
                .ToDictionary(s => s.Key, s => s.Value!),
            Gone = [.. Gone(stage).Where(d => !still.ContainsKey(d))],
            Old = tally.Old,
            Mended = tally.Mended,
            Restored = tally.Restored,
        };
    }

    // A sequence that nothing may be hidden on says more, and then one that needs no switch.
    private NewDefect? Shrink(int stage, Defect defect, List<Showing> showings)
    {
        var first = showings.OrderBy(s => MayHide(stage, s))
            .ThenBy(s => s.Exercise.Switch is not null)
            .ThenBy(s => s.Index).First();
        var with = first.Exercise.Switch;
        var reference = first.Reference is { } place && place.Exercise == first.Index
            && _references.Of(place.Stage, place.Exercise) is { Crashed: false }
                ? bench.Engine(place.Stage, with)
                : null;
        var engine = bench.Engine(stage, with);
        var mayHide = MayHide(stage, first);
        NewDefect? Shrink(Exercise exercise, bool asItIs) =>
            new DefectShrinker(engine, reference, mayHide) { AsItIs = asItIs }
                .Shrink(exercise, defect, showings.Count);
        var configuration = first.Exercise.Configuration;
        var small = Kept.Ensure(
            [
                bench.Identity(stage, with, configuration),
                reference is null
                    ? string.Empty
                    : bench.Identity(first.Reference!.Value.Stage, with, configuration),
                defect.Write(),
                mayHide.ToString(),
                TracePrinter.Print(first.Exercise.Trace),
            ],
            () => Shrink(first.Exercise, asItIs: false)?.Trace);
        var found = small is null
            ? null
            : Shrink(
                first.Exercise with { Lowered = TraceLowering.Lower(small) }, asItIs: true);
        return found is null
            ? null
            : found with { IsLikeOld = Enumerable.Range(0, stage).Any(s => Shows(stage, s, defect)) };
    }

    private bool MayHide(int stage, Showing showing) =>
        showing.Reference is { } place
        && _references.Of(place.Stage, place.Exercise) is { } before
        && _references.Of(stage, showing.Index) is { } after
        && before.Defects.Any(d => !after.Has(d));

    private bool Shows(int judged, int stage, Defect defect) => Judged(judged)
        .Any(i => _references.Of(stage, i)?.Has(defect) == true);

    private IEnumerable<int> Judged(int stage) =>
        Enumerable.Range(0, exercises.Count).Where(i => exercises[i].IsJudged(stage));

    // A breach that a crash hides is not gone.
    private List<Defect> Gone(int stage)
    {
        var before = Enumerable.Range(0, stage).Last(s => records[s] is not null);
        var gone = new HashSet<Defect>();
        var hidden = new HashSet<Defect>();
        foreach (var i in Judged(stage))
        {
            var after = _references.Of(stage, i);
            foreach (var defect in _references.Of(before, i)?.Defects ?? [])
            {
                var isHidden = after is null || after.Crashed;
                _ = isHidden ? !defect.IsCrash && hidden.Add(defect) : gone.Add(defect);
            }
        }

        return [.. gone.Where(d => !hidden.Contains(d) && !Shows(stage, stage, d))];
    }

    private AddedSwitch? SwitchOf(int stage, Defect defect) => Judged(stage)
        .Where(i => _references.Of(stage, i)?.Has(defect) == true)
        .Select(i => exercises[i].Switch)
        .OrderBy(s => s is not null).FirstOrDefault();
}
