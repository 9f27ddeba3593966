// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <content>Setting up the default pool, at boot or late.</content>
public sealed unsafe partial class Swiotlb
{
    /// <summary>SWIOTLB_VERBOSE: say where the pool is.</summary>
    public const uint FlagVerbose = 1;

    /// <summary>SWIOTLB_FORCE: bounce everything.</summary>
    public const uint FlagForce = 2;

    /// <summary>SWIOTLB_ANY: the pool may lie above 4 GiB.</summary>
    public const uint FlagAny = 4;

    private const string Prefix = "software IO TLB: ";
    private const ulong MinSlabs = (1 << 20) >> SlotShift;
    private const ulong CacheLineBytes = 64;

    private int SlabsPerPage => 1 << (_pageShift - SlotShift);

    private ulong _defaultNslabs = (64UL << 20) >> SlotShift;
    private ulong _defaultNareas;
    private bool _forceBounce;
    private bool _forceDisable;

    /// <summary>
    /// The early parameter "swiotlb=slots,areas,force|noforce", each part optional. Numbers
    /// may be hexadecimal or octal; text that fits nowhere is ignored.
    /// </summary>
    /// <param name="value">What follows the equals sign; null without one, which the kernel
    /// reads through all the same.</param>
    /// <exception cref="KernelDeathException">The value is null.</exception>
    [Ports("kernel/dma/swiotlb.c", "setup_io_tlb_npages", "6.1", "6.12")]
    public void SetupNpages(string? value)
    {
        if (value is null)
        {
            KernelDeathException.Fault("setup_io_tlb_npages", 0);
        }
        var text = new KernelText(value);
        if (text.AtDigit)
        {
            _defaultNslabs = KernelMath.Align(text.ReadUnsigned(), (ulong)SegmentSlots);
        }
        text.Skip(',');
        if (text.AtDigit)
        {
            AdjustNareas((uint)text.ReadUnsigned());
        }
        text.Skip(',');
        if (text.Is("force"))
        {
            _forceBounce = true;
        }
        else if (text.Is("noforce"))
        {
            _forceDisable = true;
        }
    }

    /// <summary>
    /// Sets the default number of areas, a power of two, and rounds the pool's size up to
    /// match. The size is told as it will be.
    /// </summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_adjust_nareas", "6.1", "6.12")]
    private void AdjustNareas(uint nareas)
    {
        if (nareas == 0)
        {
            nareas = 1;
        }
        else if (!KernelMath.IsPowerOf2(nareas))
        {
            nareas = (uint)KernelMath.RoundUpPowerOf2(nareas);
        }
        _defaultNareas = nareas;
        _log.Info($"{Prefix}area num {(int)nareas}.");
        if (RoundUpDefaultNslabs())
        {
            ulong mb = (_defaultNslabs << SlotShift) >> 20;
            _log.Info($"{Prefix}SWIOTLB bounce buffer size roundup to {mb}MB");
        }
    }

    /// <summary>Makes room for a segment an area, and the size a power of two.</summary>
    /// <returns>Whether the size was anything else.</returns>
    [Ports("kernel/dma/swiotlb.c", "round_up_default_nslabs", "6.1", "6.12")]
    private bool RoundUpDefaultNslabs()
    {
        if (_defaultNareas == 0)
        {
            return false;
        }
        if (_defaultNslabs < SegmentSlots * _defaultNareas)
        {
            _defaultNslabs = SegmentSlots * _defaultNareas;
        }
        else if (KernelMath.IsPowerOf2(_defaultNslabs))
        {
            return false;
        }
        _defaultNslabs = KernelMath.RoundUpPowerOf2(_defaultNslabs);
        return true;
    }

    /// <summary>As many areas as wanted, if each gets a segment; else as many as do. The
    /// product is 32 bits wide.</summary>
    [Ports("kernel/dma/swiotlb.c", "limit_nareas", "6.1", "6.12")]
    private static uint LimitNareas(uint nareas, ulong nslots) =>
        nslots < unchecked(nareas * (uint)SegmentSlots)
            ? (uint)(nslots / SegmentSlots)
            : nareas;

    /// <summary>swiotlb_init(): sets the pool up from boot memory.</summary>
    /// <param name="addressingLimit">Whether some device cannot reach all memory.</param>
    /// <param name="flags">FlagVerbose, FlagForce, FlagAny.</param>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_init", "6.1", "6.12")]
    [Ports("kernel/dma/swiotlb.c", "swiotlb_init_remap", "6.1", "6.12")]
    public void Init(bool addressingLimit, uint flags)
    {
        const string Here = "swiotlb_init_remap";
        IoTlbMem mem = DefaultMem;
        bool force = _forceBounce || (flags & FlagForce) != 0;

        if ((!addressingLimit && !_forceBounce) || _forceDisable)
        {
            return;
        }
        if (_profile.ForcesBeforeAllocating)
        {
            mem.ForceBounce = force;
        }
        if (_defaultNareas == 0)
        {
            AdjustNareas(_machine.Cpus.Count);
        }

        ulong nslabs = _defaultNslabs;
        uint nareas = LimitNareas((uint)_defaultNareas, nslabs);
        ulong tlb;
        while (!MemblockAlloc(nslabs, flags, out tlb))
        {
            if (nslabs <= MinSlabs)
            {
                return;
            }
            nslabs = KernelMath.Align(nslabs >> 1, (ulong)SegmentSlots);
            nareas = LimitNareas(nareas, nslabs);
        }
        if (_defaultNslabs != nslabs)
        {
            _log.Info(
                $"{Prefix}SWIOTLB bounce buffer size adjusted "
                + $"{_defaultNslabs} -> {nslabs} slabs");
            _defaultNslabs = nslabs;
        }
        if (_profile.IgnoresAreaLimitAtBoot)
        {
            nareas = (uint)_defaultNareas;
        }

        ulong size = KernelMath.Align(ArraySize(IoTlbSlot.Bytes, nslabs), _pageBytes);
        if (!_machine.Pages.TryMemblockAlloc(size, _pageBytes, low: false, out ulong slots))
        {
            _log.Warning(
                $"{Prefix}{Here}: Failed to allocate {size} bytes align=0x{_pageBytes:x}");
            return;
        }
        mem.Slots = new KernelArray<IoTlbSlot>(_memory, slots);
        size = ArraySize(IoTlbArea.Bytes, nareas);
        if (!_machine.Pages.TryMemblockAlloc(size, CacheLineBytes, false, out ulong areas))
        {
            _log.Warning($"{Prefix}{Here}: Failed to allocate mem->areas.");
            return;
        }
        mem.Areas = new KernelArray<IoTlbArea>(_memory, areas);

        InitPool(mem, tlb, nslabs, lateAlloc: false, nareas);
        mem.ForceBounce = force;
        if ((flags & FlagVerbose) != 0)
        {
            PrintInfo();
        }
    }

    /// <summary>Lets devices see a pool that was made at boot, once that can be done.</summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_update_mem_attributes", "6.1", "6.12")]
    public void UpdateMemAttributes()
    {
        IoTlbMem mem = DefaultMem;
        if (mem.Nslabs != 0 && !mem.LateAlloc)
        {
            ulong bytes = KernelMath.Align(mem.Nslabs << SlotShift, _pageBytes);
            _machine.Encryption.Decrypt(mem.Start, bytes);
        }
    }

    /// <summary>Gets the pool's memory at boot: below 4 GiB unless told otherwise.</summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_memblock_alloc", "6.1", "6.12")]
    private bool MemblockAlloc(ulong nslabs, uint flags, out ulong tlb)
    {
        ulong bytes = KernelMath.Align(nslabs << SlotShift, _pageBytes);
        bool low = (flags & FlagAny) == 0;
        if (_machine.Pages.TryMemblockAlloc(bytes, _pageBytes, low, out tlb))
        {
            return true;
        }
        _log.Warning(
            $"{Prefix}swiotlb_memblock_alloc: Failed to allocate {bytes} bytes tlb structure");
        return false;
    }

    /// <summary>
    /// swiotlb_init_late(): sets the pool up from the page allocator, halving the size until
    /// it is had. Pools of 1 MiB and less are not tried, and so fail.
    /// </summary>
    /// <param name="bytes">Size wanted.</param>
    /// <param name="zone">Where it must lie.</param>
    /// <returns>0 or -ENOMEM.</returns>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_init_late", "6.1", "6.12")]
    public int InitLate(ulong bytes, PageZone zone)
    {
        IoTlbMem mem = DefaultMem;
        PageAllocator pages = _machine.Pages;

        if ((!_profile.LateInitReplacesPool && mem.Nslabs != 0) || _forceDisable)
        {
            return 0;
        }
        if (_profile.ForcesBeforeAllocating)
        {
            mem.ForceBounce = _forceBounce;
        }
        if (_defaultNareas == 0)
        {
            AdjustNareas(_machine.Cpus.Count);
        }

        if (!LatePages(bytes, zone, out ulong start, out int order, out bool retried))
        {
            return Errno.NoMemory;
        }
        ulong nslabs = (ulong)(SlabsPerPage << order);
        if (retried)
        {
            ulong mb = (_pageBytes << order) >> 20;
            _log.Warning($"{Prefix}only able to allocate {mb} MB");
        }

        uint nareas = LimitNareas((uint)_defaultNareas, nslabs);
        uint areaOrder = (uint)KernelMath.GetOrder(ArraySize(IoTlbArea.Bytes, nareas), _pageShift);
        if (!pages.TryGetFreePages(PageZone.Normal, areaOrder, zeroed: true, out ulong areas))
        {
            pages.FreePages(start, (uint)order);
            return Errno.NoMemory;
        }
        mem.Areas = new KernelArray<IoTlbArea>(_memory, areas);
        uint slotOrder = (uint)KernelMath.GetOrder(ArraySize(IoTlbSlot.Bytes, nslabs), _pageShift);
        if (!pages.TryGetFreePages(PageZone.Normal, slotOrder, zeroed: true, out ulong slots))
        {
            pages.FreePages(areas, areaOrder);
            pages.FreePages(start, (uint)order);
            return Errno.NoMemory;
        }
        mem.Slots = new KernelArray<IoTlbSlot>(_memory, slots);

        _machine.Encryption.Decrypt(start, (nslabs << SlotShift) & ~_pageOffsetMask);
        InitPool(mem, start, nslabs, lateAlloc: true, nareas);
        mem.ForceBounce = _forceBounce;
        PrintInfo();
        return 0;
    }

    /// <summary>The loop of swiotlb_init_late() that gets ever fewer pages. Slot counts are
    /// shifted as ints there, so that absurd sizes come out small or negative.</summary>
    private bool LatePages(
        ulong bytes, PageZone zone, out ulong start, out int order, out bool retried)
    {
        ulong nslabs = KernelMath.Align(bytes >> SlotShift, (ulong)SegmentSlots);
        order = KernelMath.GetOrder(nslabs << SlotShift, _pageShift);
        retried = false;
        start = 0;
        while (SlabsPerPage << order > (int)MinSlabs)
        {
            if (_machine.Pages.TryGetFreePages(zone, (uint)order, zeroed: false, out start))
            {
                return true;
            }
            order--;
            retried = true;
        }
        return false;
    }

    /// <summary>Says where the default pool is.</summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_print_info", "6.1", "6.12")]
    private void PrintInfo()
    {
        IoTlbMem mem = DefaultMem;
        if (mem.Nslabs == 0)
        {
            _log.Warning($"{Prefix}No low mem");
            return;
        }
        ulong mb = (mem.Nslabs << SlotShift) >> 20;
        _log.Info($"{Prefix}mapped [mem 0x{mem.Start:x16}-0x{mem.End:x16}] ({mb}MB)");
    }

    /// <summary>array_size(): a product that sticks at the top instead of wrapping.</summary>
    private static ulong ArraySize(ulong elementBytes, ulong count) =>
        Math.BigMul(elementBytes, count, out ulong low) == 0 ? low : ulong.MaxValue;
}
