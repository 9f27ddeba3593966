// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Shrinking;

/// <summary>What shrinking came to.</summary>
/// <param name="Trace">The smallest trace found that has the signature.</param>
/// <param name="Runs">How often the probe was asked.</param>
public sealed record ShrinkResult(Trace Trace, int Runs);

/// <summary>
/// Makes a trace smaller while it keeps diverging in the same way. The same trace and the
/// same answers always give the same result; the bound is a number of runs, never a time.
/// </summary>
public sealed class Shrinker
{
    private readonly Func<Trace, DivergenceSignature?> _probe;
    private readonly int _mostRuns;
    private DivergenceSignature? _wanted;
    private Trace _best = new();
    private int _runs;

    /// <summary>Sets it up.</summary>
    /// <param name="probe">Runs a trace, which is good by <see cref="TraceRules"/>, and tells
    /// its signature, or null when nothing diverges.</param>
    /// <param name="mostRuns">How often the probe may be asked, at least 1.</param>
    public Shrinker(Func<Trace, DivergenceSignature?> probe, int mostRuns = 2000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostRuns, 1);
        _probe = probe;
        _mostRuns = mostRuns;
    }

    /// <summary>Shrinks a trace.</summary>
    /// <param name="trace">A trace that has the signature; it is not run again.</param>
    /// <param name="wanted">The signature that every step must keep.</param>
    public ShrinkResult Shrink(Trace trace, DivergenceSignature wanted)
    {
        _wanted = wanted;
        _best = trace;
        _runs = 0;

        // A name for each life, so that taking out an unmap does not make two maps collide.
        Accept(MappingNames.MakeUnique(trace));
        int before;
        do
        {
            before = Weight(_best);
            RemoveOperations();
            RemoveDeclarations();
            Simplify();
        }
        while (Weight(_best) < before && _runs < _mostRuns);

        Accept(MappingNames.Renumber(_best));
        return new ShrinkResult(_best, _runs);
    }

    // Chunks of half the trace, then a quarter, down to one operation; from the end, because
    // what follows the divergence is never needed.
    private void RemoveOperations()
    {
        for (var chunk = Math.Max(1, _best.Operations.Count / 2); chunk > 0; chunk /= 2)
        {
            for (var end = _best.Operations.Count; end > 0;)
            {
                var start = Math.Max(0, end - chunk);
                var removed = Accept(Reductions.WithoutOperations(_best, start, end - start));
                end = removed ? Math.Min(start, _best.Operations.Count) : start;
            }
        }
    }

    private void RemoveDeclarations()
    {
        // Later declarations first: an index stays right when what is behind it goes.
        for (var i = _best.Devices.Count - 1; i >= 0; i--)
        {
            Accept(Reductions.WithoutDevice(_best, i));
        }

        for (var i = _best.Buffers.Count - 1; i >= 0; i--)
        {
            Accept(Reductions.WithoutBuffer(_best, i));
        }

        for (var i = _best.Pools.Count - 1; i >= 0; i--)
        {
            Accept(Reductions.WithoutPool(_best, i));
        }
    }

    private void Simplify()
    {
        foreach (var simplify in HeaderSimplifications.All)
        {
            foreach (var candidate in simplify(_best))
            {
                if (Accept(candidate))
                {
                    break;
                }
            }
        }

        for (var i = 0; i < _best.Operations.Count; i++)
        {
            while (SimplifyOperation(i))
            {
                // Each round made a value smaller, so this ends.
            }
        }
    }

    private bool SimplifyOperation(int index)
    {
        foreach (var simpler in OperationSimplifications.Of(_best.Operations[index]))
        {
            if (Accept(Reductions.WithOperation(_best, index, simpler)))
            {
                return true;
            }
        }

        return false;
    }

    private bool Accept(Trace? candidate)
    {
        if (candidate is null
            || candidate == _best
            || _runs >= _mostRuns
            || TraceRules.Check(candidate).Count > 0)
        {
            return false;
        }

        _runs++;
        if (_probe(candidate) != _wanted)
        {
            return false;
        }

        _best = candidate;
        return true;
    }

    private static int Weight(Trace trace) => trace.Operations.Count + trace.Devices.Count
        + trace.Buffers.Count + trace.Pools.Count;
}
