// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Recordings;

/// <summary>
/// Brings a fresh pool to where a recording that starts in the middle found it. What is mapped
/// by then is known from its unmaps, and where the search of an area starts from the first slot
/// that it gives out. Slot by slot, mappings of a device of its own lead there.
/// </summary>
internal sealed class PoolPrologue
{
    /// <summary>Slots of a segment, the most that one mapping can take.</summary>
    public const int SegmentSlots = 128;

    private const int SlotsOfPage = 2;

    /// <summary>Bytes of a slot.</summary>
    public const ulong SlotBytes = 2048;

    private readonly RecordedPool _pool;
    private readonly int _areaSlots;
    private readonly List<(EarlierMapping Mapping, int First, int End)>[] _held;
    private readonly int[] _next;

    /// <summary>Finds out what is to be done.</summary>
    /// <param name="pool">The recorded pool.</param>
    /// <param name="cpus">CPUs of the machine.</param>
    /// <param name="earlier">What was mapped before.</param>
    /// <param name="first">The first slot that each CPU was handed.</param>
    /// <param name="isWhole">The recording starts with the machine, so that only alignment
    /// can have skipped a slot.</param>
    public PoolPrologue(
        RecordedPool pool,
        int cpus,
        IReadOnlyList<EarlierMapping> earlier,
        IReadOnlyDictionary<int, ulong> first,
        bool isWhole)
    {
        _pool = pool;
        _areaSlots = (int)(pool.AreaBytes / SlotBytes);
        var areas = Math.Min(pool.Areas, cpus);
        _held = [.. Enumerable.Range(0, areas)
            .Select(_ => new List<(EarlierMapping, int, int)>())];
        _next = new int[areas];
        foreach (var mapping in earlier)
        {
            Hold(mapping);
        }

        foreach (var (cpu, address) in first.Reverse())
        {
            var area = cpu & (pool.Areas - 1);
            var slot = SlotOf(address) - (area * _areaSlots);
            if (area < areas && pool.Holds(address) && slot >= 0 && slot < _areaSlots)
            {
                _next[area] = isWhole && slot < SlotsOfPage ? 0 : slot;
            }
        }
    }

    /// <summary>A fresh pool will not do.</summary>
    public bool IsNeeded => _held.Any(h => h.Count > 0) || _next.Any(n => n > 0);

    /// <summary>Mappings that it makes again.</summary>
    public int HeldCount => _held.Sum(h => h.Count);

    /// <summary>Writes the operations.</summary>
    /// <param name="device">The number of its device.</param>
    /// <param name="buffer">A buffer of a segment.</param>
    /// <param name="live">Gives handles.</param>
    /// <param name="held">Takes the handles of what stays mapped.</param>
    /// <param name="output">Takes the operations.</param>
    /// <returns>The CPU that they leave the machine on.</returns>
    public int Write(
        int device,
        int buffer,
        LiveMappings live,
        Dictionary<(int Device, ulong Address), int[]> held,
        Queue<ReplayStep> output)
    {
        var cpu = 0;
        for (var area = 0; area < _held.Length; area++)
        {
            if (_held[area].Count == 0 && _next[area] == 0)
            {
                continue;
            }

            if (cpu != area)
            {
                cpu = area;
                Put(output, new AbiOp { Kind = AbiOpKind.Cpu, Arg = (ulong)area });
            }

            new AreaWriter(device, buffer, live, output, _areaSlots)
                .Write(_held[area], _next[area], held);
        }

        return cpu;
    }

    private static void Put(Queue<ReplayStep> output, AbiOp op) =>
        output.Enqueue(new ReplayStep(op, AddressCheck.None, 0, 0, 0));

    private int SlotOf(ulong address) => (int)((address - _pool.Base) / SlotBytes);

    private void Hold(EarlierMapping mapping)
    {
        if (mapping.Size == 0 || !_pool.Holds(mapping.DmaAddress)
            || !_pool.Holds(mapping.DmaAddress + mapping.Size - 1))
        {
            return;
        }

        var first = SlotOf(mapping.DmaAddress);
        var end = SlotOf(mapping.DmaAddress + mapping.Size - 1) + 1;
        var area = first / _areaSlots;
        if (area >= _held.Length || (end - 1) / _areaSlots != area)
        {
            return;
        }

        (first, end) = (first - (area * _areaSlots), end - (area * _areaSlots));
        var at = _held[area].FindIndex(h => h.End > first);
        if (at < 0)
        {
            _held[area].Add((mapping, first, end));
        }
        else if (_held[area][at].First >= end)
        {
            _held[area].Insert(at, (mapping, first, end));
        }
    }

    private sealed class AreaWriter(
        int device, int buffer, LiveMappings live, Queue<ReplayStep> output, int slots)
    {
        private readonly List<int> _passing = [];

        public void Write(
            List<(EarlierMapping Mapping, int First, int End)> held,
            int next,
            Dictionary<(int Device, ulong Address), int[]> handles)
        {
            var at = 0;
            foreach (var (mapping, first, end) in held)
            {
                Pass(at, first);
                handles[(mapping.Device, mapping.DmaAddress)] =
                    [.. Enumerable.Range(0, end - first).Select(_ => Map(1))];
                at = end;
            }

            if (next < at)
            {
                // Once around.
                Pass(at, slots);
                Release();
                at = 0;
                foreach (var (_, first, end) in held.TakeWhile(h => h.First < next))
                {
                    Pass(at, Math.Min(first, next));
                    at = end;
                }
            }

            Pass(at, next);
            Release();
        }

        private void Pass(int from, int to)
        {
            while (from < to)
            {
                var whole = from % SegmentSlots == 0 && to - from >= SegmentSlots;
                _passing.Add(Map(whole ? SegmentSlots : 1));
                from += whole ? SegmentSlots : 1;
            }
        }

        private int Map(int count)
        {
            var handle = live.TakeHandle();
            Put(output, new AbiOp
            {
                Kind = AbiOpKind.Map,
                Device = (uint)device,
                Mapping = (uint)handle,
                Buffer = (uint)buffer,
                Size = (ulong)count * SlotBytes,
                Direction = AbiDirection.ToDevice,
            });
            return handle;
        }

        private void Release()
        {
            foreach (var handle in _passing)
            {
                Put(output, new AbiOp { Kind = AbiOpKind.Unmap, Mapping = (uint)handle });
                live.GiveBack(handle);
            }

            _passing.Clear();
        }
    }
}
