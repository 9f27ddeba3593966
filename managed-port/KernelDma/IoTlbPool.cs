// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>
/// struct io_tlb_pool: one range of bounce slots. Slots are grouped in segments of 128, which
/// no mapping crosses, and segments in areas, each with a lock of its own. In 6.1 it is one
/// struct with what owns it.
/// </summary>
public sealed class IoTlbPool
{
    /// <summary>Physical address of the first slot.</summary>
    public ulong Start { get; set; }

    /// <summary>Physical address after the last slot.</summary>
    public ulong End { get; set; }

    /// <summary>Slots; 0 while there is no pool.</summary>
    public ulong Nslabs { get; set; }

    /// <summary>Areas.</summary>
    public uint Nareas { get; set; }

    /// <summary>Slots of an area.</summary>
    public uint AreaNslabs { get; set; }

    /// <summary>Whether the pool came from the page allocator.</summary>
    public bool LateAlloc { get; set; }

    /// <summary>Whether it was made for one mapping, and goes with it.</summary>
    public bool Transient { get; set; }

    /// <summary>Whether its memory was decrypted when it was had.</summary>
    public bool CcShared { get; set; }

    /// <summary>The slot table.</summary>
    public KernelArray<IoTlbSlot> Slots;

    /// <summary>The areas.</summary>
    public KernelArray<IoTlbArea> Areas;

    /// <summary>The pool behind it on the list that it is on, or was: who is at it there goes
    /// on, as RCU promises.</summary>
    public IoTlbPool? Next { get; internal set; }

    /// <summary>The pool before it on its list.</summary>
    public IoTlbPool? Previous { get; internal set; }

    /// <summary>Whether a physical address lies in the pool.</summary>
    public bool Holds(ulong address) => address >= Start && address < End;

    /// <summary>Used slots, summed over the areas.</summary>
    [Ports("kernel/dma/swiotlb.c", "mem_pool_used", "6.12", "7.3")]
    public unsafe ulong SumUsed()
    {
        ulong used = 0;
        IoTlbArea* areas = Areas.Start;
        for (uint i = 0; i < Nareas; i++)
        {
            used += areas[i].Used;
        }
        return used;
    }
}
