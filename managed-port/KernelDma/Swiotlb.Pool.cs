// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.CompilerServices;
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <content>A pool's slots and counters: how they start, how they are counted.</content>
public sealed unsafe partial class Swiotlb
{
    /// <summary>
    /// Makes a pool of a range of memory: every slot free, every area empty, the memory
    /// cleared. A slot's list counts the free slots from it to the end of its segment.
    /// </summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_init_io_tlb_mem", "6.1")]
    [Ports("kernel/dma/swiotlb.c", "swiotlb_init_io_tlb_pool", "6.12", "7.3")]
    private void InitPool(
        IoTlbPool pool, ulong start, ulong nslabs, bool lateAlloc, uint nareas)
    {
        const string Here = "swiotlb_init_io_tlb_pool";
        ulong bytes = nslabs << SlotShift;

        pool.Nslabs = nslabs;
        pool.Start = start;
        pool.End = start + bytes;
        pool.LateAlloc = lateAlloc;
        pool.Nareas = nareas;
        pool.AreaNslabs = (uint)(nslabs / nareas);

        for (uint i = 0; i < nareas; i++)
        {
            *pool.Areas.At(i, Here) = default;
        }
        for (ulong i = 0; i < nslabs; i++)
        {
            IoTlbSlot* slot = pool.Slots.At((long)i, Here);
            ulong list = SegmentSlots - SegmentOffset(i);
            if (!_profile.ListMayLeavePool)
            {
                list = Math.Min(list, nslabs - i);
            }
            slot->WideList = (uint)list;
            slot->OrigAddr = IoTlbSlot.NoAddress;
            slot->AllocSize = 0;
        }
        _memory.Zero(start, bytes, Here);
    }

    /// <summary>Lets devices have a pool; the youngest is searched first.</summary>
    [Ports("kernel/dma/swiotlb.c", "add_mem_pool", "6.12", "7.3")]
    private void AddMemPool(IoTlbMem mem, IoTlbPool pool)
    {
        if (mem.Pools is null)
        {
            mem.Nslabs = pool.Nslabs;
            return;
        }
        KernelSpinLock.Acquire(ref mem.Lock, _log);
        mem.Pools.Add(pool);
        mem.Nslabs += pool.Nslabs;
        KernelSpinLock.Release(ref mem.Lock, _log);
    }

    /// <summary>Counts slots in, and moves the high-water mark up.</summary>
    [Ports("kernel/dma/swiotlb.c", "inc_used_and_hiwater", "6.12", "7.3")]
    [Ports("kernel/dma/swiotlb.c", "inc_used_and_hiwater_real", "7.3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void IncUsedAndHiwater(IoTlbMem mem, uint nslots)
    {
        if (!_tracksHiwater)
        {
            return;
        }
        mem = mem.CountedBy;
        mem.TotalUsed += nslots;
        if (mem.TotalUsed > mem.UsedHiwater)
        {
            mem.UsedHiwater = mem.TotalUsed;
        }
    }

    /// <summary>Counts slots out.</summary>
    [Ports("kernel/dma/swiotlb.c", "dec_used", "6.12", "7.3")]
    [Ports("kernel/dma/swiotlb.c", "dec_used_real", "7.3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void DecUsed(IoTlbMem mem, uint nslots)
    {
        if (_tracksHiwater)
        {
            mem.CountedBy.TotalUsed -= nslots;
        }
    }

    /// <summary>Slots in use: what was counted, where that is done; else a sum, in which
    /// transient pools have no part.</summary>
    [Ports("kernel/dma/swiotlb.c", "mem_used", "6.1", "6.12", "7.3")]
    private ulong MemUsed(IoTlbMem mem)
    {
        if (_tracksHiwater)
        {
            return mem.CountedBy.TotalUsed;
        }
        if (mem.Pools is null)
        {
            return mem.DefaultPool.SumUsed();
        }
        ulong used = 0;
        for (IoTlbPool? pool = mem.Pools.First; pool is not null; pool = pool.Next)
        {
            used += pool.SumUsed();
        }
        return used;
    }

    /// <summary>Makes the default pool's debugfs files: a late_initcall.</summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_create_default_debugfs", "6.1", "6.12", "7.3")]
    public void CreateDefaultDebugfs() => CreateDebugfsFiles(DefaultMem);

    /// <summary>Makes a pool's debugfs files; a pool without slots gets none.</summary>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_create_debugfs_files", "6.1", "6.12", "7.3")]
    private void CreateDebugfsFiles(IoTlbMem mem)
    {
        if (!_hasDebugfs)
        {
            return;
        }
        mem.Debugfs = new DebugfsDirectory();
        if (mem.Nslabs == 0)
        {
            return;
        }
        mem.Debugfs.Create(AbiDebugfsFile.Nslabs, writable: false);
        mem.Debugfs.Create(AbiDebugfsFile.Used, writable: false);
        if (_profile.TracksHiwater)
        {
            mem.Debugfs.Create(AbiDebugfsFile.UsedHiwater, writable: true);
        }
        if (_dynamic)
        {
            mem.Debugfs.Create(AbiDebugfsFile.TransientNslabs, writable: false);
        }
    }

    /// <summary>Reads a file of a pool's directory.</summary>
    /// <param name="mem">The pool, or null when it never came into being.</param>
    /// <param name="file">Which file.</param>
    /// <param name="value">The number in it.</param>
    /// <returns>0, or -ENOENT.</returns>
    [Ports("kernel/dma/swiotlb.c", "io_tlb_used_get", "6.1", "6.12", "7.3")]
    [Ports("kernel/dma/swiotlb.c", "io_tlb_hiwater_get", "6.12", "7.3")]
    [Ports("kernel/dma/swiotlb.c", "io_tlb_transient_used_get", "6.12", "7.3")]
    [Ports("kernel/dma/swiotlb.c", "mem_transient_used", "6.12", "7.3")]
    public int DebugfsRead(IoTlbMem? mem, AbiDebugfsFile file, out ulong value)
    {
        value = 0;
        if (mem?.Debugfs is null || !mem.Debugfs.Has(file))
        {
            return Errno.NoEntry;
        }
        value = file switch
        {
            AbiDebugfsFile.Nslabs => mem.Nslabs + (mem.High?.Nslabs ?? 0),
            AbiDebugfsFile.Used => MemUsed(mem),
            AbiDebugfsFile.TransientNslabs => mem.TransientNslabs,
            _ => mem.UsedHiwater,
        };
        return 0;
    }

    /// <summary>Writes a file of a pool's directory. Only 0 resets the high-water mark.</summary>
    /// <param name="mem">The pool, or null when it never came into being.</param>
    /// <param name="file">Which file.</param>
    /// <param name="value">The number written.</param>
    /// <returns>0, -ENOENT, -EACCES for a file that has no set function, or -EINVAL.</returns>
    [Ports("kernel/dma/swiotlb.c", "io_tlb_hiwater_set", "6.12", "7.3")]
    public static int DebugfsWrite(IoTlbMem? mem, AbiDebugfsFile file, ulong value)
    {
        if (mem?.Debugfs is null || !mem.Debugfs.Has(file))
        {
            return Errno.NoEntry;
        }
        if (!mem.Debugfs.CanWrite(file))
        {
            return Errno.Access;
        }
        if (value != 0)
        {
            return Errno.Invalid;
        }
        mem.UsedHiwater = 0;
        return 0;
    }
}
