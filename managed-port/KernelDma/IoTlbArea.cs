// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.InteropServices;

namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>struct io_tlb_area, with the kernel's layout.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct IoTlbArea
{
    /// <summary>Bytes of an area descriptor.</summary>
    public const int Bytes = 16;

    /// <summary>Slots in use.</summary>
    public ulong Used;

    /// <summary>Where the next search starts, counted from the area's first slot.</summary>
    public uint Index;

    /// <summary>The spinlock.</summary>
    public uint Lock;
}
