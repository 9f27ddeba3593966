// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.CompilerServices;

namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>
/// How wide io_tlb_slot.list is. A type rather than a flag, so that the loops that walk a
/// segment on every map and unmap are compiled once for each width.
/// </summary>
internal unsafe interface IListWidth
{
    /// <summary>Reads a slot's list.</summary>
    static abstract uint Get(IoTlbSlot* slot);

    /// <summary>Writes a slot's list, cut to its width.</summary>
    static abstract void Set(IoTlbSlot* slot, uint value);
}

/// <summary>An unsigned int, and no pad_slots.</summary>
internal readonly unsafe struct WideList : IListWidth
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Get(IoTlbSlot* slot) => slot->WideList;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(IoTlbSlot* slot, uint value) => slot->WideList = value;
}

/// <summary>An unsigned short, with pad_slots beside it.</summary>
internal readonly unsafe struct NarrowList : IListWidth
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Get(IoTlbSlot* slot) => slot->List;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(IoTlbSlot* slot, uint value) => slot->List = (ushort)value;
}
