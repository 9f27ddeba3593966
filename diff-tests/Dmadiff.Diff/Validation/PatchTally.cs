// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Validation;

/// <summary>Sorts what the kernel after a patch did, sequence by sequence.</summary>
/// <param name="references">With what it is compared.</param>
/// <param name="stage">Number of the patch.</param>
/// <param name="brought">Defects that earlier patches brought, and their numbers.</param>
public sealed class PatchTally(
    References references, int stage, IReadOnlyDictionary<Defect, int> brought)
{
    private readonly Dictionary<Defect, List<Showing>> _new = [];
    private readonly HashSet<Defect> _old = [];
    private readonly HashSet<Defect> _still = [];
    private readonly HashSet<Defect> _plainly = [];

    /// <summary>Sequences that it was given.</summary>
    public int Sequences { get; private set; }

    /// <summary>Operations in them.</summary>
    public long Operations { get; private set; }

    /// <summary>Sequences on which a defect of the kernel before does not show any more.
    /// </summary>
    public int Mended { get; private set; }

    /// <summary>Sequences on which it does again what a kernel did before an earlier patch.
    /// </summary>
    public int Restored { get; private set; }

    /// <summary>Defects that nothing before it shows, and where they do.</summary>
    public IReadOnlyDictionary<Defect, List<Showing>> New => _new;

    /// <summary>How many defects the kernel before it has as well.</summary>
    public int Old => _old.Count;

    /// <summary>Defects that earlier patches brought.</summary>
    public IReadOnlyCollection<Defect> Still => _still;

    /// <summary>Whether one of these shows only with a switch on.</summary>
    public bool NeedsSwitch(Defect defect) => !_plainly.Contains(defect);

    /// <summary>Takes a sequence in.</summary>
    /// <param name="index">Its index.</param>
    /// <param name="exercise">The sequence.</param>
    /// <returns>The number of the patch that it is to be compared with in detail, as only what
    /// drivers and devices see is not the same; null when there is nothing to compare.</returns>
    public int? Take(int index, Exercise exercise)
    {
        if (!exercise.IsJudged(stage) || references.Of(stage, index) is not { } after)
        {
            return null;
        }

        Sequences++;
        Operations += exercise.Trace.Operations.Count;
        var place = references.Find(stage, index);
        var before = place is { } p ? references.Of(p.Stage, p.Exercise) : null;
        foreach (var defect in after.Defects)
        {
            Sort(defect, before, new Showing(index, exercise, place));
        }

        if (before is null || after.Crashed || place!.Value.Exercise != index)
        {
            return null;
        }

        if (before.Defects.Any(d => !after.Has(d)))
        {
            Mended++;
            return null;
        }

        if (before.Digest == after.Digest)
        {
            return null;
        }

        if (references.Did(place.Value.Stage, index, after.Digest))
        {
            Restored++;
            return null;
        }

        return place.Value.Stage;
    }

    private void Sort(Defect defect, TraceRecord? before, Showing showing)
    {
        // What a patch brought may be in the base on other sequences.
        var since = brought.GetValueOrDefault(defect, stage);
        if (references.Showed(since, showing.Index, defect)
            || (before is not null && (before.Has(defect) && since == stage)))
        {
            _old.Add(defect);
        }
        else if (since < stage)
        {
            _still.Add(defect);
            if (showing.Exercise.Switch is null)
            {
                _plainly.Add(defect);
            }
        }
        else if (before is { Crashed: true } && !defect.IsCrash)
        {
            _old.Add(defect);
        }
        else if (_new.TryGetValue(defect, out var showings))
        {
            showings.Add(showing);
        }
        else
        {
            _new.Add(defect, [showing]);
        }
    }
}
