// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.CompilerServices;
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>
/// kernel/dma/swiotlb.c of one revision, on one machine that was booted once. Its state is
/// the file's static data: a new boot makes a new one.
/// </summary>
/// <remarks>
/// Built as with CONFIG_SWIOTLB, SMP and 64-bit addresses; the rest is as the machine is
/// configured. A pool's virtual address is its physical one. Arithmetic keeps the widths of the
/// C: sizes are 64 bits, slot indices 32, and both wrap.
/// </remarks>
public sealed unsafe partial class Swiotlb
{
    /// <summary>IO_TLB_SHIFT: log2 of a slot's bytes.</summary>
    public const int SlotShift = 11;

    /// <summary>IO_TLB_SIZE: bytes of a slot.</summary>
    public const int SlotBytes = 1 << SlotShift;

    /// <summary>IO_TLB_SEGSIZE: slots of a segment, the longest mapping there is.</summary>
    public const int SegmentSlots = 128;

    /// <summary>DMA_MAPPING_ERROR.</summary>
    public const ulong MappingError = ulong.MaxValue;

    private readonly int _pageShift;
    private readonly ulong _pageBytes;
    private readonly ulong _pageOffsetMask;
    private readonly SimulatedMachine _machine;
    private readonly SwiotlbProfile _profile;
    private readonly PhysicalMemory _memory;
    private readonly DmaPool _atomicPools;
    private readonly Log _log;

    // Copies of the features that the hot paths ask for.
    private readonly bool _wideList;
    private readonly bool _hasPadSlots;
    private readonly bool _hasDebugfs;
    private readonly bool _dynamic;
    private readonly bool _encrypts;
    private readonly bool _hasRestrictedPools;
    private readonly bool _hasDynamicSlots;

    private bool _tracksHiwater;

    /// <summary>Creates the state of a kernel that has not run yet.</summary>
    public Swiotlb(
        SimulatedMachine machine,
        DmaPool atomicPools,
        SwiotlbProfile profile,
        KernelConfiguration configuration)
    {
        _machine = machine;
        _atomicPools = atomicPools;
        _profile = profile;
        _pageShift = configuration.PageShift;
        _pageBytes = configuration.PageBytes;
        _pageOffsetMask = _pageBytes - 1;
        _encrypts = configuration.Has(KernelOption.MemoryEncryption);
        _hasDebugfs = configuration.Has(KernelOption.DebugFs);
        _hasRestrictedPools = configuration.Has(KernelOption.RestrictedPool);
        _memory = machine.Memory;
        _log = machine.Log;
        _hasDynamicSlots = profile.HasDynamicSlots;
        _bounces = _hasDynamicSlots ? "swiotlb_fixed_bounce" : "swiotlb_bounce";
        _copies = _hasDynamicSlots ? "swiotlb_copy" : "swiotlb_bounce";
        _wideList = profile.WideList;
        _hasPadSlots = profile.HasPadSlots;
        _tracksHiwater = profile.TracksHiwater && !profile.TracksHiwaterOnRequest && _hasDebugfs;
        _dynamic =
            profile.HasDynamicPools && configuration.Has(KernelOption.SwiotlbDynamic);
        DefaultMem = NewMem();
        DefaultMem.Growth = new DelayedWork(Grow);
    }

    /// <summary>io_tlb_default_mem: what devices bounce through that have nothing else.</summary>
    public IoTlbMem DefaultMem { get; }

    /// <summary>The highest address that the default pool has, or will have as it grows. One
    /// below 0 without a pool.</summary>
    [Ports("kernel/dma/swiotlb.c", "default_swiotlb_limit", "6.12", "7.3")]
    public ulong DefaultLimit() =>
        DefaultMem.CanGrow ? DefaultMem.PhysLimit : DefaultMem.DefaultPool.End - 1;

    /// <summary>The revision followed.</summary>
    public SwiotlbProfile Profile => _profile;

    /// <summary>
    /// The pool that holds an address for a device, or null. Where there may be many, a device
    /// that never bounced has none.
    /// </summary>
    [Ports("include/linux/swiotlb.h", "swiotlb_find_pool", "6.12", "7.3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static IoTlbPool? FindPool(Device dev, ulong paddr)
    {
        IoTlbMem mem = dev.Mem;
        if (mem.Pools is null)
        {
            return mem.DefaultPool.Holds(paddr) ? mem.DefaultPool : null;
        }
        return dev.UsesIoTlb ? FindPoolOnLists(dev, paddr) : null;
    }

    /// <summary>Whether all mappings of a device bounce.</summary>
    [Ports("include/linux/swiotlb.h", "is_swiotlb_force_bounce", "6.1", "6.12", "7.3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsForceBounce(Device dev) => dev.Mem.ForceBounce;

    /// <summary>What devices bounce through, without a pool yet.</summary>
    private IoTlbMem NewMem() => new(_dynamic);

    /// <summary>Whether a device has slots to bounce through.</summary>
    [Ports("kernel/dma/swiotlb.c", "is_swiotlb_active", "6.1", "6.12", "7.3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsActive(Device dev) => dev.Mem.Nslabs != 0;

    /// <summary>A slot's place in its segment.</summary>
    [Ports("kernel/dma/swiotlb.c", "io_tlb_offset", "6.1", "6.12", "7.3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong SegmentOffset(ulong slot) => slot & (SegmentSlots - 1);

    /// <summary>Slots that hold a number of bytes; sizes near 2^64 wrap to 0.</summary>
    [Ports("kernel/dma/swiotlb.c", "nr_slots", "6.1", "6.12", "7.3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong NrSlots(ulong bytes) => (bytes + SlotBytes - 1) / SlotBytes;

    /// <summary>Address of a slot.</summary>
    [Ports("kernel/dma/swiotlb.c", "slot_addr", "6.1", "6.12", "7.3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong SlotAddr(ulong start, ulong slot) => start + (slot << SlotShift);

    /// <summary>
    /// How far into its slots a mapping must start, so that the address bits the device cares
    /// about come out as they are in the original. An allocation alignment lets that be
    /// whole slots; without, only bits below a slot's size count.
    /// </summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_align_offset", "6.1", "6.12", "7.3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint AlignOffset(Device dev, uint alignMask, ulong addr) =>
        (uint)addr & dev.MinAlignMask & (alignMask | (SlotBytes - 1));
}
