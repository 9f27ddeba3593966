// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Coverage;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Validation;

/// <summary>Makes sequences that run what a patch changes: those that get further into it than
/// any before are kept and varied, the more often the nearer it is.</summary>
/// <param name="engine">The kernel after the patch; counts its branches.</param>
/// <param name="fresh">Makes the others.</param>
/// <param name="near">How near a function is.</param>
/// <param name="switches">What is switched on in some: what was added up to the patch.</param>
public sealed class AttentionLoop(
    ICoveredEngine engine,
    SequenceGenerator fresh,
    Func<CoveredFunction, Nearness> near,
    IReadOnlyList<AddedSwitch> switches)
{
    // Of operations that are run, at least this part is to be worth it.
    private const int MostTries = 2;

    private const int MostHangs = 5;
    private const ulong UnknownEach = 16;

    private static readonly Nearness[] Rings =
        [Nearness.Changed, Nearness.SameFile, Nearness.Caller];

    private readonly VaryingGenerator _varying = new(fresh);
    private readonly EngineRun _run = new(engine);
    private readonly (Nearness Ring, CoverageTally Tally)[] _tallies =
        [.. Rings.Select(ring => (ring, new CoverageTally(f => near(f) == ring)))];

    private ulong[] _counters = [];

    /// <summary>Sequences that reach what the patch changes; none when nothing does.</summary>
    /// <param name="operations">How many operations they have, at most but for the last.
    /// </param>
    /// <param name="cancel">Stops it.</param>
    public IReadOnlyList<Trace> Make(long operations, CancellationToken cancel)
    {
        var made = new List<Trace>();
        var (tried, worth, hangs) = (0L, 0L, 0);
        for (ulong i = 0;
            worth < operations && tried < MostTries * operations && hangs < MostHangs; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var trace = Switched(i, _varying.Generate(i));
            var lowered = TraceLowering.Lower(trace);
            tried += trace.Operations.Count;
            if ((engine.Lacks & lowered.Needs) != EngineCapabilities.None)
            {
                continue;
            }

            _run.Execute(lowered);
            if (_run.Crash()?.Kind == AbiCrashKind.Hang)
            {
                hangs++;
                continue;
            }

            Keep(trace);
            if (ReachesChange())
            {
                made.Add(trace);
                worth += trace.Operations.Count;
            }
        }

        return made;
    }

    // By turns with none, with the boot options, with the attributes, and with both. Where there
    // are boot options, a few have a word that nobody knows.
    private Trace Switched(ulong index, Trace trace) => switches
        .Select(s => s.Kind == SwitchKind.BootOption && index % UnknownEach == 0
            ? s with { Name = "nothing" }
            : s)
        .Where(s => s.Kind switch
        {
            SwitchKind.BootOption => (index & 1) != 0 || index % UnknownEach == 0,
            SwitchKind.Attribute => (index & 2) != 0,
            _ => false,
        })
        .Where(s => !SwitchedTrace.Has(trace, s))
        .Aggregate(trace, SwitchedTrace.With);

    private void Keep(Trace trace)
    {
        foreach (var (ring, tally) in _tallies)
        {
            var gain = tally.Add(engine);
            var isWorth = ring == Nearness.Changed ? gain.IsMore : gain.Edges.Count > 0;
            for (var i = 0; isWorth && i < (int)ring; i++)
            {
                _varying.Keep(trace);
            }
        }
    }

    private bool ReachesChange()
    {
        var map = engine.Coverage;
        if (_counters.Length < map.Counters)
        {
            _counters = new ulong[map.Counters];
        }

        engine.ReadCounters(_counters.AsSpan(0, map.Counters));
        var first = 0;
        foreach (var function in map.Functions)
        {
            var own = _counters.AsSpan(first, function.Counters);
            first += function.Counters;
            if (own.ContainsAnyExcept(0ul) && near(function) == Nearness.Changed)
            {
                return true;
            }
        }

        return false;
    }
}
