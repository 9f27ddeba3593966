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
        if (PlaceOf(pool) is not { } place)
        {
            return null;
        }
        return new AbiPoolState
        {
            Start = place.Pool.Start,
            Bytes = place.Pool.End - place.Pool.Start,
            Nslabs = place.Pool.Nslabs,
            Used = place.Pool.SumUsed(),
            Hiwater = place.Mem.UsedHiwater,
            Nareas = place.Pool.Nareas,
            AreaNslabs = place.Pool.AreaNslabs,
            ForceBounce = place.Mem.ForceBounce ? 1u : 0,
            ForAlloc = place.Mem.ForAlloc ? 1u : 0,
            Owner = (uint)place.Owner,
            Device = place.Device,
        };
    }

    /// <inheritdoc/>
    public AbiAreaState[] ReadAreas(int pool)
    {
        if (PlaceOf(pool) is not { } place)
        {
            return [];
        }
        var areas = new AbiAreaState[place.Pool.Nareas];
        for (int i = 0; i < areas.Length; i++)
        {
            IoTlbArea* area = place.Pool.Areas.Start + i;
            areas[i] = new AbiAreaState { Used = area->Used, Index = area->Index };
        }
        return areas;
    }

    /// <inheritdoc/>
    public AbiSlotState[] ReadSlots(int pool, long first, int count)
    {
        if (PlaceOf(pool) is not { } place || first < 0
            || (ulong)first >= place.Pool.Nslabs || count <= 0)
        {
            return [];
        }
        var slots = new AbiSlotState[Math.Min((ulong)count, place.Pool.Nslabs - (ulong)first)];
        for (int i = 0; i < slots.Length; i++)
        {
            IoTlbSlot* slot = place.Pool.Slots.Start + first + i;
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
}
