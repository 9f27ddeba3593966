// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <content>Setting up the default pool at boot.</content>
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

    /// <summary>virt_to_phys(high_memory - 1): the last byte that has an address.</summary>
    private ulong LastLowByte => _machine.Regions.LowEnd - 1;

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
    [Ports("kernel/dma/swiotlb.c", "setup_io_tlb_npages", "6.1", "6.12", "7.3")]
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
        if (_profile.HasHighPool)
        {
            SetupHigh(ref text);
        }
        else if (text.AtDigit)
        {
            AdjustNareas((uint)text.ReadUnsigned());
        }
        text.Skip(',');
        if (_hasDynamicSlots)
        {
            SetupOptions(text.Rest);
        }
        else if (_profile.TracksHiwaterOnRequest)
        {
            SetupWords(ref text);
        }
        else if (text.Is("force"))
        {
            _forceBounce = true;
        }
        else if (text.Is("noforce"))
        {
            _forceDisable = true;
        }
    }

    /// <summary>The options of the series that proposed dynamic slots: any number of them, with
    /// commas between.</summary>
    [PortsSeries(Series, SwiotlbFile, "setup_io_tlb_npages")]
    private void SetupOptions(string options)
    {
        // Nothing comes after a comma at the end: not even an option without a name.
        while (options.Length > 0)
        {
            int comma = options.IndexOf(',', StringComparison.Ordinal);
            string option = comma < 0 ? options : options[..comma];
            options = comma < 0 ? string.Empty : options[(comma + 1)..];
            switch (option)
            {
                case "force":
                    _forceBounce = true;
                    break;
                case "noforce":
                    _forceDisable = true;
                    break;
                case "dynamic":
                    _wantsDynamicSlots = true;
                    break;
                default:
                    _log.Warning($"{Prefix}Invalid swiotlb option: {option}");
                    break;
            }
        }
    }

    /// <summary>7.3's words: they need not end where the text does, and a second one has the
    /// pool keep a high-water mark.</summary>
    private void SetupWords(ref KernelText text)
    {
        if (text.TrySkip("force"))
        {
            _forceBounce = true;
        }
        else if (text.TrySkip("noforce"))
        {
            _forceDisable = true;
        }
        if (_hasDebugfs)
        {
            text.Skip(',');
            _tracksHiwater |= text.TrySkip("track_hiwater");
        }
    }

    /// <summary>
    /// Sets the default number of areas, a power of two, and rounds the pool's size up to
    /// match. The size is told as it will be.
    /// </summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_adjust_nareas", "6.1", "6.12", "7.3")]
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
        if (RoundUpNslabs(ref _defaultNslabs))
        {
            ulong mb = (_defaultNslabs << SlotShift) >> 20;
            _log.Info($"{Prefix}SWIOTLB bounce buffer size roundup to {mb}MB");
        }
    }

    /// <summary>Makes room for a segment an area, and the size a power of two.</summary>
    /// <returns>Whether the size was anything else.</returns>
    [Ports("kernel/dma/swiotlb.c", "round_up_default_nslabs", "6.1", "6.12", "7.3")]
    private bool RoundUpNslabs(ref ulong nslabs)
    {
        if (_defaultNareas == 0)
        {
            return false;
        }
        if (nslabs < SegmentSlots * _defaultNareas)
        {
            nslabs = SegmentSlots * _defaultNareas;
        }
        else if (KernelMath.IsPowerOf2(nslabs))
        {
            return false;
        }
        nslabs = KernelMath.RoundUpPowerOf2(nslabs);
        return true;
    }

    /// <summary>As many areas as wanted, if each gets a segment; else as many as do. The
    /// product is 32 bits wide.</summary>
    [Ports("kernel/dma/swiotlb.c", "limit_nareas", "6.1", "6.12", "7.3")]
    private static uint LimitNareas(uint nareas, ulong nslots) =>
        nslots < unchecked(nareas * (uint)SegmentSlots)
            ? (uint)(nslots / SegmentSlots)
            : nareas;

    /// <summary>swiotlb_init(): sets the pool up from boot memory.</summary>
    /// <param name="addressingLimit">Whether some device cannot reach all memory.</param>
    /// <param name="flags">FlagVerbose, FlagForce, FlagAny.</param>
    /// <param name="remap">Moves a pool within reach; null where nothing has to. Such a pool
    /// does not grow.</param>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_init", "6.1", "6.12", "7.3")]
    [Ports("kernel/dma/swiotlb.c", "swiotlb_init_remap", "6.1", "6.12", "7.3")]
    public void Init(bool addressingLimit, uint flags, PoolRemap? remap = null)
    {
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
        if (_dynamic)
        {
            mem.CanGrow = remap is null;
            mem.PhysLimit = (flags & FlagAny) != 0 ? LastLowByte : uint.MaxValue;
        }
        if (_defaultNareas == 0)
        {
            AdjustNareas(_machine.Cpus.Count);
        }
        InitMem(mem, ref _defaultNslabs, flags, force, remap);
        InitHigh(flags, force, remap);
    }

    /// <summary>Gets memory for a pool, halving its size until it is had, and for what is
    /// noted of its slots and areas.</summary>
    /// <param name="mem">What devices are to bounce through.</param>
    /// <param name="wanted">Slots; what came of it.</param>
    /// <param name="flags">FlagVerbose, FlagAny.</param>
    /// <param name="force">Whether all mappings bounce.</param>
    /// <param name="remap">Moves the pool within reach; null where nothing has to.</param>
    private void InitMem(
        IoTlbMem mem, ref ulong wanted, uint flags, bool force, PoolRemap? remap)
    {
        const string Here = "swiotlb_init_remap";
        IoTlbPool pool = mem.DefaultPool;
        ulong nslabs = wanted;
        uint nareas = LimitNareas((uint)_defaultNareas, nslabs);
        ulong tlb;
        while (!MemblockAlloc(nslabs, flags, remap, out tlb))
        {
            if (nslabs <= MinSlabs)
            {
                return;
            }
            nslabs = KernelMath.Align(nslabs >> 1, (ulong)SegmentSlots);
            nareas = LimitNareas(nareas, nslabs);
        }
        if (wanted != nslabs)
        {
            _log.Info(
                $"{Prefix}SWIOTLB bounce buffer size adjusted {wanted} -> {nslabs} slabs");
            wanted = nslabs;
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
        pool.Slots = new KernelArray<IoTlbSlot>(_memory, slots);
        size = ArraySize(IoTlbArea.Bytes, nareas);
        if (!_machine.Pages.TryMemblockAlloc(size, CacheLineBytes, false, out ulong areas))
        {
            _log.Warning($"{Prefix}{Here}: Failed to allocate mem->areas.");
            return;
        }
        pool.Areas = new KernelArray<IoTlbArea>(_memory, areas);

        InitPool(pool, tlb, nslabs, lateAlloc: false, nareas);
        AddMemPool(mem, pool);
        mem.ForceBounce = force;
        mem.AllowsDynamicSlots = _wantsDynamicSlots;
        if ((flags & FlagVerbose) != 0)
        {
            PrintInfo(mem);
        }
    }

    /// <summary>Lets devices see a pool that was made at boot, once that can be done.</summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_update_mem_attributes", "6.1", "6.12", "7.3")]
    public void UpdateMemAttributes()
    {
        DefaultMem.CcShared = _encrypts;
        Share(DefaultMem.DefaultPool);
        if (DefaultMem.High is { } high)
        {
            Share(high.DefaultPool);
        }
    }

    private void Share(IoTlbPool pool)
    {
        if (pool.Nslabs != 0 && !pool.LateAlloc)
        {
            ulong bytes = KernelMath.Align(pool.Nslabs << SlotShift, _pageBytes);
            _machine.Encryption.Decrypt(pool.Start, bytes);
        }
    }

    /// <summary>Gets the pool's memory at boot: below 4 GiB unless told otherwise.</summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_memblock_alloc", "6.1", "6.12", "7.3")]
    private bool MemblockAlloc(ulong nslabs, uint flags, PoolRemap? remap, out ulong tlb)
    {
        const string Here = "swiotlb_memblock_alloc";
        ulong bytes = KernelMath.Align(nslabs << SlotShift, _pageBytes);
        bool low = (flags & FlagAny) == 0;
        if (!_machine.Pages.TryMemblockAlloc(bytes, _pageBytes, low, out tlb))
        {
            _log.Warning($"{Prefix}{Here}: Failed to allocate {bytes} bytes tlb structure");
            return false;
        }
        if (remap is not null && remap(tlb, nslabs) < 0)
        {
            _machine.Pages.FreeMemblock(tlb, bytes);
            _log.Warning($"{Prefix}{Here}: Failed to remap {bytes} bytes");
            return false;
        }
        return true;
    }

    /// <summary>Says where a pool is.</summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_print_info", "6.1", "6.12", "7.3")]
    private void PrintInfo(IoTlbMem mem)
    {
        IoTlbPool pool = mem.DefaultPool;
        if (pool.Nslabs == 0)
        {
            _log.Warning($"{Prefix}No low mem");
            return;
        }
        ulong mb = (pool.Nslabs << SlotShift) >> 20;
        _log.Info(
            $"{Prefix}{TypeOf(mem)}mapped [mem 0x{pool.Start:x16}-0x{pool.End:x16}] ({mb}MB)");
    }

    /// <summary>array_size(): a product that sticks at the top instead of wrapping.</summary>
    private static ulong ArraySize(ulong elementBytes, ulong count) =>
        Math.BigMul(elementBytes, count, out ulong low) == 0 ? low : ulong.MaxValue;
}
