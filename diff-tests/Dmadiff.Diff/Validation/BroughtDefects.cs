// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Validation;

/// <summary>Which defect came with which patch of a series, and where it still shows.</summary>
/// <param name="exercises">The sequences.</param>
/// <param name="isRun">Whether there is a kernel after a patch; 0 is the base.</param>
/// <param name="bench">Has the kernels.</param>
internal sealed class BroughtDefects(
    IReadOnlyList<Exercise> exercises, Func<int, bool> isRun, IKernelBench bench)
{
    private readonly Dictionary<Defect, int> _since = [];
    private readonly Dictionary<Defect, NewDefect> _shown = [];
    private readonly List<(int Stage, NewDefect Defect)> _late = [];

    /// <summary>Numbers of the patches.</summary>
    public IReadOnlyDictionary<Defect, int> Since => _since;

    /// <summary>Those that turned out to be of an earlier patch: on the sequences that it was
    /// judged by, something else hid them.</summary>
    public IReadOnlyList<(int Stage, NewDefect Defect)> Late => _late;

    /// <summary>Takes in a defect that no kernel before a patch showed.</summary>
    /// <param name="stage">Number of the patch.</param>
    /// <param name="found">The defect, with a small sequence.</param>
    /// <returns>Whether it is that patch's, and no earlier one's.</returns>
    public bool Take(int stage, NewDefect found)
    {
        var since = Enumerable.Range(0, stage)
            .Where(s => s >= (found.Switch is { Kind: SwitchKind.Kconfig } k ? k.Since : 0))
            .FirstOrDefault(s => Show(s, found.Trace, found) is not null, stage);
        if (since > 0)
        {
            _since.Add(found.Defect, since);
            _shown.Add(found.Defect, found);
        }

        if (since > 0 && since < stage && Show(since, found.Trace, found) is { } earlier)
        {
            _late.Add((since, earlier));
        }

        return since == stage;
    }

    /// <summary>What earlier patches brought and a kernel still shows on its small sequence,
    /// with the switch that it takes: null for none.</summary>
    /// <param name="stage">Number of the patch.</param>
    public Dictionary<Defect, AddedSwitch?> Still(int stage)
    {
        var still = new Dictionary<Defect, AddedSwitch?>();
        foreach (var (defect, found) in _shown.Where(b => _since[b.Key] < stage))
        {
            if (Show(stage, found.Trace, found) is not null)
            {
                still.Add(defect, found.Switch);
            }
            else if (SwitchesOf(stage).FirstOrDefault(
                s => Show(stage, SwitchedTrace.With(found.Trace, s), found) is not null)
                is { } with)
            {
                still.Add(defect, with);
            }
        }

        return still;
    }

    // Those that a trace can have.
    private IEnumerable<AddedSwitch> SwitchesOf(int stage) => exercises
        .Select(e => e.Switch).OfType<AddedSwitch>()
        .Where(s => s.Kind != SwitchKind.Kconfig && s.Since <= stage)
        .Distinct();

    private NewDefect? Show(int stage, Trace trace, NewDefect found)
    {
        if (!isRun(stage) || !bench.Has(stage, found.Switch, trace.Configuration))
        {
            return null;
        }

        return new DefectShrinker(
            bench.Engine(stage, found.Switch), other: null, mayHide: false)
        {
            AsItIs = true,
        }.Shrink(
            new Exercise(found.Origin, TraceLowering.Lower(trace)) { Switch = found.Switch },
            found.Defect,
            found.Count);
    }
}
