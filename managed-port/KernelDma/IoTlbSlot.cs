// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.InteropServices;

namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>
/// struct io_tlb_slot, with the kernel's layout: the table lies in simulated RAM, where a
/// wild index or a straying device finds it. 6.1 has a 32-bit list and no pad_slots.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
public struct IoTlbSlot
{
    /// <summary>Bytes of a slot descriptor.</summary>
    public const int Bytes = 24;

    /// <summary>INVALID_PHYS_ADDR: the slot holds nothing.</summary>
    public const ulong NoAddress = ulong.MaxValue;

    /// <summary>Physical address of what the slot's first byte stands for.</summary>
    [FieldOffset(0)]
    public ulong OrigAddr;

    /// <summary>Bytes of the mapping from this slot on; may wrap below zero.</summary>
    [FieldOffset(8)]
    public ulong AllocSize;

    /// <summary>Free slots in a row from here to the segment's end; 32 bits wide.</summary>
    [FieldOffset(16)]
    public uint WideList;

    /// <summary>The same, 16 bits wide.</summary>
    [FieldOffset(16)]
    public ushort List;

    /// <summary>Padding slots ahead of a mapping's first slot.</summary>
    [FieldOffset(18)]
    public ushort PadSlots;
}
