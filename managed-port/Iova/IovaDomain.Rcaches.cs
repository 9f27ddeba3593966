// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iova;

/// <content>The caches of a domain: set up, emptied, shrunk, and taken down.</content>
public sealed unsafe partial class IovaDomain
{
    /// <summary>IOVA_DEPOT_DELAY, in jiffies: 100 ms.</summary>
    private const ulong DepotDelay = 100;

    private IovaRcache[] _rcaches = [];

    /// <summary>Whether it has caches.</summary>
    public bool HasRcaches => _rcaches.Length != 0;

    /// <summary>The cache of an order, 0 to <see cref="CachedOrders"/> - 1.</summary>
    public IovaRcache RcacheOf(int order) => _rcaches[order];

    /// <summary>Sets up the caches.</summary>
    /// <returns>0 or -ENOMEM.</returns>
    [Ports(File, "iova_domain_init_rcaches", "6.1", "6.12", "7.3")]
    internal int InitRcaches()
    {
        SimulatedMachine machine = _allocator.Machine;
        if (!machine.Slab.TryZalloc())
        {
            return Errno.NoMemory;
        }
        var rcaches = new IovaRcache?[CachedOrders];
        for (int order = 0; order < CachedOrders; order++)
        {
            // One for the per-CPU memory, which C allocates by itself.
            if (!machine.Slab.TryZalloc())
            {
                FreeRcaches(rcaches);
                return Errno.NoMemory;
            }
            var rcache = new IovaRcache(machine.Cpus.Count, ShrinkDepot, _observer);
            rcaches[order] = rcache;
            if (!_allocator.Profile.MagazinesOnDemand && !FillCpus(rcache))
            {
                FreeRcaches(rcaches);
                return Errno.NoMemory;
            }
        }
        _rcaches = rcaches!;
        machine.Cpus.AddDeadCallback(FreeCpuCached);
        return 0;
    }

    /// <summary>Gives each CPU its two magazines; the second is asked for even when there
    /// is no first.</summary>
    private bool FillCpus(IovaRcache rcache)
    {
        for (int cpu = 0; cpu < rcache.Cpus.Length; cpu++)
        {
            rcache.Cpus[cpu].Loaded = _allocator.Magazines.Zalloc();
            rcache.Cpus[cpu].Previous = _allocator.Magazines.Zalloc();
            if (rcache.Cpus[cpu].Loaded == null || rcache.Cpus[cpu].Previous == null)
            {
                return false;
            }
        }
        return true;
    }

    [Ports(File, "iova_domain_free_rcaches", "6.1", "6.12", "7.3")]
    private void FreeDomainRcaches()
    {
        _allocator.Machine.Cpus.RemoveDeadCallback(FreeCpuCached);
        FreeRcaches(_rcaches);
        _rcaches = [];
    }

    [Ports(File, "free_iova_rcaches", "6.1", "6.12", "7.3")]
    private void FreeRcaches(IovaRcache?[] rcaches)
    {
        foreach (IovaRcache? rcache in rcaches)
        {
            if (rcache is null)
            {
                break;
            }
            foreach (IovaRcache.CpuCache cpu in rcache.Cpus)
            {
                FreeMagazine(cpu.Loaded);
                FreeMagazine(cpu.Previous);
            }
            _allocator.Machine.Deferred.Cancel(rcache.Work);
            while (rcache.Depot.Count != 0)
            {
                FreeMagazine(rcache.Depot.Pop());
            }
        }
    }

    /// <summary>All that a CPU has cached goes back to the tree, when it is unplugged or
    /// somebody is short of space.</summary>
    [Ports(File, "free_cpu_cached_iovas", "6.1", "6.12", "7.3")]
    private void FreeCpuCached(uint cpu)
    {
        foreach (IovaRcache rcache in _rcaches)
        {
            ref IovaRcache.CpuCache cache = ref rcache.Cpus[cpu];
            Acquire(ref cache.Lock, rcache.LineOf(cpu));
            FreeMagazinePfns(cache.Loaded);
            FreeMagazinePfns(cache.Previous);
            Release(ref cache.Lock, rcache.LineOf(cpu));
        }
    }

    /// <summary>All that is in the depots goes back to the tree.</summary>
    [Ports(File, "free_global_cached_iovas", "6.1", "6.12", "7.3")]
    private void FreeGlobalCached()
    {
        foreach (IovaRcache rcache in _rcaches)
        {
            Acquire(ref rcache.DepotLock, rcache.DepotLine);
            while (rcache.Depot.Count != 0)
            {
                IovaMagazine* magazine = _allocator.Profile.DepotIsList
                    ? rcache.Depot.Pop()
                    : rcache.Depot.PopOldest();
                FreeMagazinePfns(magazine);
                FreeMagazine(magazine);
            }
            Release(ref rcache.DepotLock, rcache.DepotLine);
        }
    }

    /// <summary>
    /// The work of a depot: while it holds more magazines than there are CPUs, one is
    /// emptied into the tree, and the work comes again later.
    /// </summary>
    [Ports(File, "iova_depot_work_func", "6.12", "7.3")]
    private void ShrinkDepot(IovaRcache rcache)
    {
        IovaMagazine* magazine = null;
        Acquire(ref rcache.DepotLock, rcache.DepotLine);
        if (rcache.Depot.Count > _allocator.Machine.Cpus.OnlineCount)
        {
            magazine = rcache.Depot.Pop();
        }
        Release(ref rcache.DepotLock, rcache.DepotLine);
        if (magazine != null)
        {
            FreeMagazinePfns(magazine);
            FreeMagazine(magazine);
            _allocator.Machine.Deferred.Schedule(rcache.Work, DepotDelay);
        }
    }

    /// <summary>Returns what is in a magazine to the tree, and empties it.</summary>
    /// <param name="magazine">May be null.</param>
    [Ports(File, "iova_magazine_free_pfns", "6.1", "6.12", "7.3")]
    private void FreeMagazinePfns(IovaMagazine* magazine)
    {
        if (magazine == null)
        {
            return;
        }
        Lock();
        for (ulong i = 0; i < magazine->Size; i++)
        {
            _observer?.Read(magazine->LineOf(i));
            IovaRange* range = FindLocked((*magazine)[i]);
            if (range == null)
            {
                _allocator.Log.Warn("iova_magazine_free_pfns");
                continue;
            }
            RemoveRange(range);
            FreeRange(range);
        }
        Unlock();
        magazine->Size = 0;
    }

    [Ports(File, "iova_magazine_free", "6.1", "6.12", "7.3")]
    private void FreeMagazine(IovaMagazine* magazine)
    {
        if (magazine != null || _allocator.Profile.FreesMissingMagazines)
        {
            _allocator.Magazines.Free(magazine);
        }
    }
}
