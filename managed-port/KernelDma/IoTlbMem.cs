// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>
/// struct io_tlb_mem: what devices bounce through. It has the pool that it was made with,
/// and, with CONFIG_SWIOTLB_DYNAMIC, a list of pools, to which that one is added like any
/// other.
/// </summary>
public sealed class IoTlbMem
{
    /// <summary>Creates one without a pool.</summary>
    /// <param name="dynamic">Whether it keeps a list of pools.</param>
    public IoTlbMem(bool dynamic)
    {
        Pools = dynamic ? new PoolList() : null;
        CountedBy = this;
    }

    /// <summary>defpool: the pool it was made with.</summary>
    public IoTlbPool DefaultPool { get; } = new();

    /// <summary>The pools for everybody; null where there is only the one.</summary>
    public PoolList? Pools { get; }

    /// <summary>What those of its devices bounce through that reach all addresses; null where
    /// that is the same.</summary>
    public IoTlbMem? High { get; set; }

    /// <summary>Where its used slots are counted: with itself, or, of a high pool, together
    /// with those of the low one.</summary>
    public IoTlbMem CountedBy { get; init; }

    /// <summary>Slots of all pools that were added to it.</summary>
    public ulong Nslabs { get; set; }

    /// <summary>Whether every mapping of its devices bounces.</summary>
    public bool ForceBounce { get; set; }

    /// <summary>Whether memory can be allocated from it: a restricted pool.</summary>
    public bool ForAlloc { get; set; }

    /// <summary>allow_dyn: whether its devices may have dynamic slots.</summary>
    public bool AllowsDynamicSlots { get; set; }

    /// <summary>Whether pools may be added when it is full.</summary>
    public bool CanGrow { get; set; }

    /// <summary>The highest physical address that pools for everybody may have.</summary>
    public ulong PhysLimit { get; set; }

    /// <summary>Whether its memory is shared with devices: decrypted.</summary>
    public bool CcShared { get; set; }

    /// <summary>dyn_alloc: the work that adds a pool.</summary>
    public DelayedWork? Growth { get; set; }

    /// <summary>Guards the list of pools.</summary>
    public uint Lock;

    /// <summary>Slots in use, where the revision counts them.</summary>
    public ulong TotalUsed { get; set; }

    /// <summary>The highest <see cref="TotalUsed"/> since it was last cleared.</summary>
    public ulong UsedHiwater { get; set; }

    /// <summary>Slots of all transient pools of its devices.</summary>
    public ulong TransientNslabs { get; set; }

    /// <summary>Its files.</summary>
    public DebugfsDirectory? Debugfs { get; set; }
}
