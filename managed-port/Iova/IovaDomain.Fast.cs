// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;
using System.Runtime.CompilerServices;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iova;

/// <content>The fast paths: ranges from the CPU's magazines and back into them.</content>
public sealed unsafe partial class IovaDomain
{
    /// <summary>IOVA_RANGE_CACHE_MAX_SIZE: ranges of 2^0 to 2^5 pages are cached.</summary>
    public const int CachedOrders = 6;

    /// <summary>order_base_2(); that of 0 is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int OrderOf(ulong size) =>
        size > 1 ? 64 - BitOperations.LeadingZeroCount(size - 1) : 0;

    /// <summary>alloc_iova_fast(): from the cache, else from the tree.</summary>
    /// <param name="size">Pages; what can be cached is rounded up to a power of two, so that
    /// it fits whoever takes it from the cache. Rounding up 0 is not defined: as compiled it
    /// is not looked for in the cache, and what comes of it is never put into the tree.</param>
    /// <param name="limitPfn">Last pfn that it may have.</param>
    /// <param name="flushRcache">Whether all caches are emptied, and the tree tried again,
    /// before it gives up.</param>
    /// <returns>The first pfn, or 0.</returns>
    [Ports(File, "alloc_iova_fast", "6.1", "6.12", "7.3")]
    public ulong AllocFast(ulong size, ulong limitPfn, bool flushRcache)
    {
        if (size is not 0 and < 1UL << (CachedOrders - 1))
        {
            size = 1UL << OrderOf(size);
        }
        ulong pfn = size == 0 ? 0 : RcacheGet(size, limitPfn + 1);
        if (pfn != 0)
        {
            return pfn;
        }
        IovaRange* range = Alloc(size, limitPfn, sizeAligned: true);
        if (range == null && flushRcache)
        {
            Cpus cpus = _allocator.Machine.Cpus;
            for (uint cpu = 0; cpu < cpus.Count; cpu++)
            {
                if (cpus.IsOnline(cpu))
                {
                    FreeCpuCached(cpu);
                }
            }
            FreeGlobalCached();
            range = Alloc(size, limitPfn, sizeAligned: true);
        }
        return range == null ? 0 : range->PfnLo;
    }

    /// <summary>free_iova_fast(): into the cache, else back to the tree.</summary>
    /// <param name="pfn">First pfn.</param>
    /// <param name="size">Pages, as they were asked for.</param>
    [Ports(File, "free_iova_fast", "6.1", "6.12", "7.3")]
    public void FreeFast(ulong pfn, ulong size)
    {
        if (!RcacheInsert(pfn, size))
        {
            Free(pfn);
        }
    }

    /// <summary>Takes a range from the cache, if its order is cached. The limit has no
    /// lower end: with one below the size, every range passes for low enough.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [Ports(File, "iova_rcache_get", "6.1", "6.12", "7.3")]
    private ulong RcacheGet(ulong size, ulong limitPfn)
    {
        int order = OrderOf(size);
        return order >= CachedOrders ? 0 : RcacheGet(_rcaches[order], limitPfn - size);
    }

    [Ports(File, "__iova_rcache_get", "6.1", "6.12", "7.3")]
    private ulong RcacheGet(IovaRcache rcache, ulong limitPfn)
    {
        uint current = _allocator.Machine.Cpus.Current;
        ref IovaRcache.CpuCache cpu = ref rcache.Cpus[current];
        Acquire(ref cpu.Lock, rcache.LineOf(current));
        bool found = true;
        if (IsEmpty(cpu.Loaded))
        {
            if (!IsEmpty(cpu.Previous))
            {
                cpu.Swap();
            }
            else
            {
                found = LoadFromDepot(rcache, ref cpu);
            }
        }
        ulong pfn = 0;
        if (found)
        {
            pfn = cpu.Loaded->Pop(limitPfn);
            Touched(cpu.Loaded, cpu.Loaded->Size);
        }
        Release(ref cpu.Lock, rcache.LineOf(current));
        return pfn;
    }

    private bool LoadFromDepot(IovaRcache rcache, ref IovaRcache.CpuCache cpu)
    {
        Acquire(ref rcache.DepotLock, rcache.DepotLine);
        bool found = rcache.Depot.Count != 0;
        if (found)
        {
            FreeMagazine(cpu.Loaded);
            cpu.Loaded = rcache.Depot.Pop();
            _observer?.Write((nint)cpu.Loaded);
        }
        Release(ref rcache.DepotLock, rcache.DepotLine);
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [Ports(File, "iova_rcache_insert", "6.1", "6.12", "7.3")]
    private bool RcacheInsert(ulong pfn, ulong size)
    {
        int order = OrderOf(size);
        return order < CachedOrders && RcacheInsert(_rcaches[order], pfn);
    }

    /// <summary>Puts a range into a magazine of the CPU. When both are full, the loaded one
    /// goes to the depot, and an empty one takes its place.</summary>
    /// <returns>False when there is no memory for an empty one.</returns>
    [Ports(File, "__iova_rcache_insert", "6.1", "6.12", "7.3")]
    private bool RcacheInsert(IovaRcache rcache, ulong pfn)
    {
        uint current = _allocator.Machine.Cpus.Current;
        ref IovaRcache.CpuCache cpu = ref rcache.Cpus[current];
        IovaMagazine* overflow = null;
        Acquire(ref cpu.Lock, rcache.LineOf(current));
        bool found = true;
        if (!HasRoom(cpu.Loaded))
        {
            if (HasRoom(cpu.Previous))
            {
                cpu.Swap();
            }
            else
            {
                found = LoadEmpty(rcache, ref cpu, out overflow);
            }
        }
        if (found)
        {
            cpu.Loaded->Push(pfn);
            Touched(cpu.Loaded, cpu.Loaded->Size - 1);
        }
        Release(ref cpu.Lock, rcache.LineOf(current));
        if (overflow != null)
        {
            FreeMagazinePfns(overflow);
            FreeMagazine(overflow);
        }
        return found;
    }

    private bool LoadEmpty(
        IovaRcache rcache, ref IovaRcache.CpuCache cpu, out IovaMagazine* overflow)
    {
        overflow = null;
        IovaMagazine* empty = _allocator.Magazines.Zalloc();
        if (empty == null)
        {
            return false;
        }
        if (cpu.Loaded != null && cpu.Previous == null)
        {
            cpu.Previous = cpu.Loaded;
        }
        else if (cpu.Loaded != null)
        {
            overflow = PutInDepot(rcache, cpu.Loaded);
        }
        cpu.Loaded = empty;
        return true;
    }

    /// <summary>Puts a full magazine into the depot.</summary>
    /// <returns>The magazine, when it does not fit; else null.</returns>
    private IovaMagazine* PutInDepot(IovaRcache rcache, IovaMagazine* full)
    {
        Acquire(ref rcache.DepotLock, rcache.DepotLine);
        bool fits =
            _allocator.Profile.DepotIsList || rcache.Depot.Count < IovaDepot.ArrayCapacity;
        if (fits)
        {
            rcache.Depot.Push(full);
            _observer?.Write((nint)full);
        }
        Release(ref rcache.DepotLock, rcache.DepotLine);
        if (_allocator.Profile.DepotIsList)
        {
            _allocator.Machine.Deferred.Schedule(rcache.Work, DepotDelay);
        }
        return fits ? null : full;
    }

    /// <summary>The size of a magazine, and one of its pfns, were written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Touched(IovaMagazine* magazine, ulong index)
    {
        if (_observer is not null)
        {
            _observer.Write((nint)magazine);
            _observer.Write(magazine->LineOf(index));
        }
    }

    private static bool HasRoom(IovaMagazine* magazine) =>
        magazine != null && !magazine->IsFull;

    private static bool IsEmpty(IovaMagazine* magazine) =>
        magazine == null || magazine->IsEmpty;
}
