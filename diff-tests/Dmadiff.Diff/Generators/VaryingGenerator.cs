// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Generators;

/// <summary>
/// Makes traces out of a seed and of those traces before that turned out to be of use: every
/// other one is a variation of one that was kept. The same traces kept, the same ones come.
/// </summary>
/// <param name="fresh">Makes the others.</param>
public sealed class VaryingGenerator(SequenceGenerator fresh)
{
    // Drawn apart from the fresh traces, which so are the same whatever is kept.
    private const ulong Apart = 0x76617269656e7473;

    // A trace grows by what is put into it, and then is cut.
    private const int MostOperations = 600;

    private readonly List<Trace> _kept = [];

    /// <summary>What was kept, in order.</summary>
    public IReadOnlyList<Trace> Kept => _kept;

    /// <summary>Keeps a trace, which will be varied from now on.</summary>
    public void Keep(Trace trace) => _kept.Add(trace);

    /// <summary>Trace number <paramref name="index"/>: good by <see cref="TraceRules"/>.
    /// </summary>
    public Trace Generate(ulong index)
    {
        var random = new SeedStream(fresh.Seed ^ Apart, index);
        if (_kept.Count > 0 && random.Chance(50))
        {
            // The newest half is where the frontier is.
            var from = random.Chance(50) ? _kept.Count / 2 : 0;
            var trace = Vary(random, _kept[from + random.Index(_kept.Count - from)], index);
            if (TraceRules.Check(trace).Count == 0)
            {
                return trace;
            }
        }

        return fresh.Generate(index);
    }

    private Trace Vary(SeedStream random, Trace trace, ulong index)
    {
        var variation = new TraceVariation(random);
        var varied = random.Index(6) switch
        {
            0 => variation.Extend(trace),
            1 => variation.Splice(trace, fresh.Generate(index)),
            2 => variation.Splice(trace, _kept[random.Index(_kept.Count)]),
            3 => variation.Repeat(trace),
            4 => variation.Reconfigure(trace),
            _ => variation.Tweak(trace),
        };
        if (random.Chance(40))
        {
            varied = variation.Tweak(varied);
        }

        return varied with
        {
            Comments = [$"sequence {index} of seed {fresh.Seed}, varied by coverage"],
            Operations = ValueList.From(varied.Operations.Take(MostOperations)),
        };
    }
}
