// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Validation;

/// <summary>The sequences that the kernels of a series are given.</summary>
public sealed class Workload
{
    // Of the budget, what each switch that the series adds gets on top.
    private const int SwitchShare = 4;

    // How much more often a part comes that the series touches.
    private const int Attention = 4;

    private const string Option = "swiotlb=";

    private readonly List<Exercise> _exercises = [];

    private Workload()
    {
    }

    /// <summary>The sequences, in order.</summary>
    public IReadOnlyList<Exercise> Exercises => _exercises;

    /// <summary>Puts them together.</summary>
    /// <param name="corpus">Traces that always are among them.</param>
    /// <param name="seed">Which sequences are generated.</param>
    /// <param name="operations">How many operations those have, at least.</param>
    /// <param name="attention">What the series touches.</param>
    /// <param name="switches">What it adds.</param>
    public static Workload Make(
        IEnumerable<(string Origin, Trace Trace)> corpus,
        ulong seed,
        long operations,
        IReadOnlyCollection<GeneratedPart> attention,
        IReadOnlyList<AddedSwitch> switches)
    {
        var workload = new Workload();
        foreach (var (origin, trace) in corpus.Where(t => t.Trace.Configuration.IsDefault))
        {
            workload.Add(origin, trace);
        }

        var generator = new SequenceGenerator(seed) { Parts = [.. Weigh(attention)] };
        var generated = 0L;
        for (ulong i = 0; generated < operations; i++)
        {
            var trace = generator.Generate(i);
            workload.Add($"sequence {i} of seed {seed}", trace);
            generated += trace.Operations.Count;
        }

        var plain = workload._exercises.Count;
        foreach (var added in switches)
        {
            workload.AddSwitched(added, plain, operations / SwitchShare);
        }

        return workload;
    }

    private static IEnumerable<GeneratedPart> Weigh(IReadOnlyCollection<GeneratedPart> attention)
    {
        for (var turn = 0; turn < Attention; turn++)
        {
            foreach (var part in Enum.GetValues<GeneratedPart>())
            {
                if (turn == 0 || attention.Contains(part))
                {
                    yield return part;
                }
            }
        }
    }

    private void Add(string origin, Trace trace) =>
        _exercises.Add(new Exercise(origin, TraceLowering.Lower(trace)));

    private void AddSwitched(AddedSwitch added, int plain, long operations)
    {
        var taken = 0L;
        for (var i = 0; i < plain && taken < operations; i++)
        {
            var trace = added.Kind == SwitchKind.BootOption
                ? WithOption(_exercises[i].Trace, added.Name)
                : _exercises[i].Trace;
            _exercises.Add(new Exercise(
                $"{_exercises[i].Origin} with {added}", TraceLowering.Lower(trace))
            {
                Switch = added,
                Plain = i,
            });
            taken += trace.Operations.Count;
        }
    }

    private static Trace WithOption(Trace trace, string option)
    {
        var words = trace.Cmdline.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var at = Array.FindIndex(
            words, w => w.StartsWith(Option, StringComparison.Ordinal));
        if (at >= 0)
        {
            words[at] += "," + option;
        }

        return trace with
        {
            Cmdline = string.Join(' ', at >= 0 ? words : [.. words, Option + option]),
        };
    }
}
