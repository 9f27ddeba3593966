// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Coverage;

/// <summary>
/// Adds up what one kernel's code ran, trace by trace. A kernel that is configured in several
/// ways is one: functions that came out alike are the same function.
/// </summary>
/// <param name="counts">Which functions count; null for all.</param>
public sealed class CoverageTally(Func<CoveredFunction, bool>? counts = null)
{
    private readonly Dictionary<CoverageMap, Slot[]> _slots =
        new(ReferenceEqualityComparer.Instance);

    private readonly Dictionary<FunctionId, FunctionCount> _functions = [];
    private ulong[] _counters = [];
    private int _edges;

    /// <summary>What it adds up to, by file.</summary>
    public CoverageReport Report => CoverageReport.Of(_functions.Values.Select(
        f => (f.Function, (ReadOnlyMemory<ulong>)f.Counters)));

    /// <summary>Takes in what an engine ran since its last boot.</summary>
    /// <param name="engine">It counts, or else nothing happens.</param>
    /// <returns>What is new in it.</returns>
    public CoverageGain Add(ICoveredEngine engine)
    {
        var edges = new List<int>();
        var isMore = false;
        foreach (var (first, count) in Read(engine))
        {
            isMore |= count.Add(_counters.AsSpan(first, count.Counters.Length), edges);
        }

        return new CoverageGain(edges, isMore);
    }

    /// <summary>Whether what an engine ran since its last boot took all of some edges.
    /// </summary>
    /// <param name="engine">It counts.</param>
    /// <param name="edges">Numbers of edges, as <see cref="Add"/> told them.</param>
    public bool Reaches(ICoveredEngine engine, IReadOnlyList<int> edges)
    {
        var missing = edges.ToHashSet();
        foreach (var (first, count) in Read(engine))
        {
            var counters = _counters.AsSpan(first, count.Counters.Length);
            for (var i = 0; i < counters.Length; i++)
            {
                if (counters[i] > 0)
                {
                    missing.Remove(count.FirstEdge + i);
                }
            }
        }

        return missing.Count == 0;
    }

    private Slot[] Read(ICoveredEngine engine)
    {
        var map = engine.Coverage;
        if (_counters.Length < map.Counters)
        {
            _counters = new ulong[map.Counters];
        }

        engine.ReadCounters(_counters.AsSpan(0, map.Counters));
        return SlotsOf(map);
    }

    private Slot[] SlotsOf(CoverageMap map)
    {
        if (_slots.TryGetValue(map, out var slots))
        {
            return slots;
        }

        var found = new List<Slot>();
        var first = 0;
        foreach (var function in map.Functions)
        {
            if (counts?.Invoke(function) != false)
            {
                found.Add(new Slot(first, CountOf(function)));
            }

            first += function.Counters;
        }

        slots = [.. found];
        _slots.Add(map, slots);
        return slots;
    }

    private FunctionCount CountOf(CoveredFunction function)
    {
        var id = FunctionId.Of(function);
        if (!_functions.TryGetValue(id, out var count))
        {
            count = new FunctionCount(function, _edges);
            _edges += function.Counters;
            _functions.Add(id, count);
        }

        return count;
    }

    private readonly record struct Slot(int First, FunctionCount Count);

    private readonly record struct FunctionId(
        string File, string Name, int Line, int Blocks, int Arcs, int Counters)
    {
        public static FunctionId Of(CoveredFunction function) => new(
            function.File, function.Name, function.FirstLine, function.Blocks,
            function.Arcs.Count, function.Counters);
    }

    private sealed class FunctionCount(CoveredFunction function, int firstEdge)
    {
        // The highest order of magnitude that one trace reached, for each counter.
        private readonly byte[] _magnitudes = new byte[function.Counters];

        public CoveredFunction Function { get; } = function;

        public ulong[] Counters { get; } = new ulong[function.Counters];

        public int FirstEdge { get; } = firstEdge;

        public bool Add(ReadOnlySpan<ulong> more, List<int> newEdges)
        {
            var isMore = false;
            for (var i = 0; i < more.Length; i++)
            {
                if (more[i] == 0)
                {
                    continue;
                }

                Counters[i] += more[i];
                var magnitude = MagnitudeOf(more[i]);
                if (magnitude > _magnitudes[i])
                {
                    if (_magnitudes[i] == 0)
                    {
                        newEdges.Add(FirstEdge + i);
                    }

                    _magnitudes[i] = magnitude;
                    isMore = true;
                }
            }

            return isMore;
        }

        private static byte MagnitudeOf(ulong count) => count switch
        {
            < 2 => 1,
            < 4 => 2,
            < 16 => 3,
            < 128 => 4,
            < 4096 => 5,
            _ => 6,
        };
    }
}
