// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Bindings;

/// <summary>Works out how often the arcs without a counter were taken. They make up a tree, so
/// that there is always a block with only one that is not known.</summary>
internal sealed class CoverageFlow
{
    private const int Entry = 0;
    private const int Exit = 1;
    private readonly CoveredFunction _function;
    private readonly long[] _taken;
    private readonly bool[] _known;
    private readonly List<int>[] _of;

    public CoverageFlow(CoveredFunction function, ReadOnlySpan<ulong> counters)
    {
        _function = function;

        // One more: from the exit back to the entry, which closes the circle.
        var arcs = function.Arcs.Count + 1;
        _taken = new long[arcs];
        _known = new bool[arcs];
        _of = new List<int>[Math.Max(function.Blocks, Exit + 1)];
        for (var i = 0; i < _of.Length; i++)
        {
            _of[i] = [];
        }

        var next = 0;
        for (var i = 0; i < arcs; i++)
        {
            var arc = Arc(i);
            _of[arc.From].Add(i);
            _of[arc.To].Add(i);
            if (arc.IsCounted)
            {
                _known[i] = true;
                _taken[i] = (long)counters[next++];
            }
        }
    }

    public ulong[] Solve()
    {
        var work = new Queue<int>(Enumerable.Range(0, _of.Length));
        while (work.TryDequeue(out var block))
        {
            if (Unknown(block) is not { } arc)
            {
                continue;
            }

            _taken[arc] = Missing(block, arc);
            _known[arc] = true;
            var (from, to, _, _) = Arc(arc);
            work.Enqueue(from == block ? to : from);
        }

        return [.. _taken.Take(_function.Arcs.Count).Select(n => (ulong)Math.Max(0, n))];
    }

    private CoverageArc Arc(int index) => index < _function.Arcs.Count
        ? _function.Arcs[index]
        : new CoverageArc(Exit, Entry, IsCounted: false, IsFake: false);

    private int? Unknown(int block)
    {
        int? found = null;
        foreach (var arc in _of[block])
        {
            if (!_known[arc] && found is { } other && other != arc)
            {
                return null;
            }

            found = _known[arc] ? found : arc;
        }

        return found;
    }

    private long Missing(int block, int unknown)
    {
        var sum = 0L;
        foreach (var index in _of[block])
        {
            var arc = Arc(index);
            if (index != unknown && arc.From != arc.To)
            {
                sum += arc.To == block ? _taken[index] : -_taken[index];
            }
        }

        return Arc(unknown).From == block ? sum : -sum;
    }
}
