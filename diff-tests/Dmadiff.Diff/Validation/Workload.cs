// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Validation;

/// <summary>The sequences that the kernels of a series are given.</summary>
/// <param name="seed">Which sequences are generated.</param>
/// <param name="operations">How many operations those have, at least, that every kernel is
/// given.</param>
/// <param name="parts">What the sequences are about.</param>
public sealed class Workload(ulong seed, long operations, IReadOnlyList<GeneratedPart> parts)
{
    // Of the budget, what each switch and each configuration gets on top.
    private const int SwitchShare = 4;

    // How much more often a part comes that the series touches.
    private const int Attention = 4;

    private readonly List<Exercise> _exercises = [];

    /// <summary>The sequences, in order.</summary>
    public IReadOnlyList<Exercise> Exercises => _exercises;

    /// <summary>All parts, those often that a series touches.</summary>
    public static IReadOnlyList<GeneratedPart> Weigh(IReadOnlyCollection<GeneratedPart> touched) =>
    [
        .. Enumerable.Range(0, Attention).SelectMany(
            turn => Enum.GetValues<GeneratedPart>()
                .Where(part => turn == 0 || touched.Contains(part))),
    ];

    /// <summary>Adds traces that always are among them, and then generated ones.</summary>
    public void AddPlain(IEnumerable<(string Origin, Trace Trace)> corpus)
    {
        foreach (var (origin, trace) in corpus.Where(t => t.Trace.Configuration.IsDefault))
        {
            Add(origin, trace);
        }

        var generator = new SequenceGenerator(seed) { Parts = parts };
        var generated = 0L;
        for (ulong i = 0; generated < operations; i++)
        {
            var trace = generator.Generate(i);
            Add($"sequence {i} of seed {seed}", trace);
            generated += trace.Operations.Count;
        }
    }

    /// <summary>Adds what there is once more with switches on: an attribute also together with
    /// what the boot options switch on.</summary>
    public void AddSwitched(IReadOnlyList<AddedSwitch> switches)
    {
        int[] plain = [.. Enumerable.Range(0, _exercises.Count)];
        var booted = new List<int>();
        foreach (var added in switches.Where(s => s.Kind != SwitchKind.Attribute))
        {
            var first = _exercises.Count;
            AddSwitched(added, plain);
            booted.AddRange(added.Kind == SwitchKind.BootOption
                ? Enumerable.Range(first, _exercises.Count - first)
                : []);
        }

        foreach (var added in switches.Where(s => s.Kind == SwitchKind.Attribute))
        {
            AddSwitched(
                added,
                booted.Count == 0 ? plain : [.. plain.Zip(booted).SelectMany(
                    p => new[] { p.First, p.Second })]);
        }
    }

    /// <summary>Adds sequences in other configurations.</summary>
    /// <param name="corpus">Traces, those among them that are in one of these.</param>
    /// <param name="configurations">The configurations.</param>
    public void AddConfigured(
        IReadOnlyList<(string Origin, Trace Trace)> corpus,
        IReadOnlyList<ChosenConfiguration> configurations)
    {
        foreach (var chosen in configurations)
        {
            foreach (var (origin, trace) in corpus.Where(
                t => t.Trace.Configuration == chosen.Configuration))
            {
                Add(origin, trace, chosen.Since);
            }

            var fresh = new SequenceGenerator(seed) { Parts = parts };
            var configure = new ConfigurationGenerator(
                seed, [ConfigurationSettings.Parse(chosen.Configuration.Name)]);
            var generated = 0L;
            for (ulong i = 0; generated < operations / SwitchShare; i++)
            {
                var trace = configure.Apply(i, fresh.Generate(i));
                generated += trace.Operations.Count;
                if (trace.Configuration == chosen.Configuration)
                {
                    Add(
                        $"sequence {i} of seed {seed} as {chosen.Configuration.Name}",
                        trace,
                        chosen.Since);
                }
            }
        }
    }

    /// <summary>Adds sequences that were made for a patch.</summary>
    /// <param name="patch">Its number.</param>
    /// <param name="traces">The sequences.</param>
    /// <param name="switches">What may be on in them.</param>
    /// <param name="kconfig">The option of the configuration that they were made with, or null.
    /// </param>
    public void AddMade(
        int patch,
        IEnumerable<Trace> traces,
        IReadOnlyList<AddedSwitch> switches,
        AddedSwitch? kconfig)
    {
        var number = 0;
        foreach (var trace in traces)
        {
            _exercises.Add(new Exercise(
                $"sequence {number++} of seed {seed} for patch {patch}",
                TraceLowering.Lower(trace))
            {
                Patch = patch,
                Switch = kconfig
                    ?? switches.Where(s => SwitchedTrace.Has(trace, s)).MaxBy(s => s.Since),
            });
        }
    }

    private void Add(string origin, Trace trace, int patch = 0) =>
        _exercises.Add(new Exercise(origin, TraceLowering.Lower(trace)) { Patch = patch });

    private void AddSwitched(AddedSwitch added, IReadOnlyList<int> sources)
    {
        var taken = 0L;
        foreach (var index in sources)
        {
            if (taken >= operations / SwitchShare)
            {
                break;
            }

            var source = _exercises[index];
            var since = Math.Max(added.Since, source.Switch?.Since ?? 0);
            _exercises.Add(new Exercise(
                $"{source.Origin} with {added}",
                TraceLowering.Lower(SwitchedTrace.With(source.Trace, added)))
            {
                Switch = added with { Since = since },
                Plain = index,
            });
            taken += source.Trace.Operations.Count;
        }
    }
}
