// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.KernelDma;

namespace Dmadiff.ManagedPort.Engine;

/// <content>Reading the machine's state for reports.</content>
public sealed unsafe partial class PortEngine
{
    /// <inheritdoc/>
    public IReadOnlyList<string> ReadLog(int firstLine) => Log.Read(firstLine);

    /// <inheritdoc/>
    public CrashReport? ReadCrash() => _crash;

    /// <inheritdoc/>
    public AbiPoolState? ReadPool(int pool)
    {
        IoTlbMem? mem = LivePoolAt(pool);
        if (mem is null)
        {
            return null;
        }
        return new AbiPoolState
        {
            Start = mem.Start,
            Bytes = mem.End - mem.Start,
            Nslabs = mem.Nslabs,
            Used = mem.SumUsed(),
            Hiwater = mem.UsedHiwater,
            Nareas = mem.Nareas,
            AreaNslabs = mem.AreaNslabs,
            ForceBounce = mem.ForceBounce ? 1u : 0,
            ForAlloc = mem.ForAlloc ? 1u : 0,
            Owner = (uint)pool,
            Device = AbiConstants.None,
        };
    }

    /// <inheritdoc/>
    public AbiAreaState[] ReadAreas(int pool)
    {
        IoTlbMem? mem = LivePoolAt(pool);
        if (mem is null)
        {
            return [];
        }
        var areas = new AbiAreaState[mem.Nareas];
        for (int i = 0; i < areas.Length; i++)
        {
            IoTlbArea* area = mem.Areas.Start + i;
            areas[i] = new AbiAreaState { Used = area->Used, Index = area->Index };
        }
        return areas;
    }

    /// <inheritdoc/>
    public AbiSlotState[] ReadSlots(int pool, long first, int count)
    {
        IoTlbMem? mem = LivePoolAt(pool);
        if (mem is null || first < 0 || (ulong)first >= mem.Nslabs || count <= 0)
        {
            return [];
        }
        var slots = new AbiSlotState[Math.Min((ulong)count, mem.Nslabs - (ulong)first)];
        for (int i = 0; i < slots.Length; i++)
        {
            IoTlbSlot* slot = mem.Slots.Start + first + i;
            slots[i] = new AbiSlotState
            {
                OrigAddr = slot->OrigAddr,
                AllocSize = slot->AllocSize,
                List = _profile.WideList ? slot->WideList : slot->List,
                PadSlots = _profile.HasPadSlots ? slot->PadSlots : (uint)0,
            };
        }
        return slots;
    }

    /// <inheritdoc/>
    public int ReadMemory(ulong address, Span<byte> bytes) =>
        _machine.Memory.Read(address, bytes);

    /// <inheritdoc/>
    public int ReadBehindCaches(ulong address, Span<byte> bytes) =>
        _machine.Caches.ReadBehind(address, bytes);

    /// <summary>Pool 0 is the default pool; a declared one is null until a device attached.
    /// </summary>
    private IoTlbMem? PoolAt(int pool) =>
        pool == 0 ? _swiotlb.DefaultMem : _pools[pool - 1]?.Mem;

    private IoTlbMem? LivePoolAt(int pool)
    {
        IoTlbMem? mem = pool >= 0 && pool <= _pools.Length ? PoolAt(pool) : null;
        return mem is { Nslabs: > 0 } ? mem : null;
    }
}
