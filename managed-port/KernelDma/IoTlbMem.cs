// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>
/// struct io_tlb_mem: a pool of bounce slots. 6.12 splits it into an allocator and its one
/// pool (struct io_tlb_pool); without dynamic pools the two go together, and are one here.
/// Slots are grouped in segments of 128, which no mapping crosses, and segments in areas,
/// each with a lock of its own.
/// </summary>
public sealed class IoTlbMem
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

    /// <summary>Whether every mapping of its devices bounces.</summary>
    public bool ForceBounce { get; set; }

    /// <summary>Whether memory can be allocated from it: a restricted pool.</summary>
    public bool ForAlloc { get; set; }

    /// <summary>The slot table.</summary>
    public KernelArray<IoTlbSlot> Slots;

    /// <summary>The areas.</summary>
    public KernelArray<IoTlbArea> Areas;

    /// <summary>Slots in use, where the revision counts them.</summary>
    public ulong TotalUsed { get; set; }

    /// <summary>The highest <see cref="TotalUsed"/> since it was last cleared.</summary>
    public ulong UsedHiwater { get; set; }

    /// <summary>Its files.</summary>
    public DebugfsDirectory? Debugfs { get; set; }

    /// <summary>Whether a physical address lies in the pool.</summary>
    public bool Holds(ulong address) => address >= Start && address < End;

    /// <summary>Used slots, summed over the areas.</summary>
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
