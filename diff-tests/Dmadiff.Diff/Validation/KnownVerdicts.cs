// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Validation;

/// <summary>How kernels of a series kept to the contract on one sequence, with what they were
/// asked for it. Most patches leave most of that alone: a kernel that answers every question
/// as another one did has the same verdict, as that rests on nothing else.</summary>
public sealed class KnownVerdicts
{
    /// <summary>How many are remembered of a sequence, the last ones.</summary>
    private const int Most = 2;

    /// <summary>Larger ones are not remembered.</summary>
    private const long MostBytes = 1 << 20;

    private readonly List<(CallTape Tape, Defect[] Breaches)> _known = [];

    /// <summary>The verdict on a kernel: a known one, or else the one that is found now.
    /// </summary>
    /// <param name="engine">The kernel.</param>
    /// <param name="judge">Asks it, and finds the breaches.</param>
    public IReadOnlyList<Defect> Find(IRepeatingEngine engine, Func<Defect[]> judge)
    {
        for (var i = _known.Count - 1; i >= 0; i--)
        {
            if (engine.Repeats(_known[i].Tape))
            {
                return _known[i].Breaches;
            }
        }

        var tape = new CallTape();
        engine.Tape = tape;
        Defect[] breaches;
        try
        {
            breaches = judge();
        }
        finally
        {
            engine.Tape = null;
        }

        if (tape is { IsWhole: true, Bytes: > 0 and <= MostBytes })
        {
            _known.RemoveRange(0, Math.Max(0, _known.Count - Most + 1));
            tape.Trim();
            _known.Add((tape, breaches));
        }

        return breaches;
    }
}
