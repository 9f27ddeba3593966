// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.InteropServices;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iova;

/// <summary>What the IOVA domains of a machine share: where their memory comes from.
/// </summary>
public sealed unsafe class IovaAllocator : IDisposable
{
    private readonly List<nint> _anchors = [];
    private uint _users;

    /// <summary>Creates it for a machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="profile">The kernel revision to follow.</param>
    /// <param name="observer">Is told what memory is touched; null for nobody.</param>
    public IovaAllocator(
        SimulatedMachine machine, IovaProfile profile, IMemoryObserver? observer = null)
    {
        Machine = machine;
        Observer = observer;
        Profile = profile;
        Ranges = new ObjectCache<IovaRange>(machine.Failure, machine.Log);
        Magazines = new ObjectCache<IovaMagazine>(machine.Failure, machine.Log);
    }

    /// <summary>The kernel revision that it follows.</summary>
    public IovaProfile Profile { get; }

    /// <summary>Ranges in use.</summary>
    public ulong LiveRanges => Ranges.Live;

    /// <summary>Magazines in use; 0 where they have no cache of their own.</summary>
    public ulong LiveMagazines => Profile.DepotIsList ? Magazines.Live : 0;

    /// <summary>The machine.</summary>
    internal SimulatedMachine Machine { get; }

    /// <summary>Who is told what memory is touched; null for nobody.</summary>
    internal IMemoryObserver? Observer { get; }

    /// <summary>Where ranges come from.</summary>
    internal ObjectCache<IovaRange> Ranges { get; }

    /// <summary>Where magazines come from.</summary>
    internal ObjectCache<IovaMagazine> Magazines { get; }

    /// <summary>The kernel log.</summary>
    internal Log Log => Machine.Log;

    /// <summary>A new domain: init_iova_domain() and iova_domain_init_rcaches(), as a driver
    /// calls them.</summary>
    /// <param name="granule">Bytes of a page.</param>
    /// <param name="startPfn">Lowest pfn that is handed out.</param>
    /// <param name="rcaches">Whether it has caches.</param>
    /// <param name="domain">The domain; null when there is an error.</param>
    /// <returns>0, or a negative errno.</returns>
    public int Init(ulong granule, ulong startPfn, bool rcaches, out IovaDomain? domain)
    {
        CacheGet();
        domain = new IovaDomain(this, granule, startPfn);
        int error = rcaches ? domain.InitRcaches() : 0;
        if (error != 0)
        {
            Put(domain);
            domain = null;
        }
        return error;
    }

    /// <summary>Ends a domain.</summary>
    public void Put(IovaDomain domain)
    {
        domain.Put();
        CachePut();
    }

    /// <summary>Forgets everything.</summary>
    public void PowerOff()
    {
        Ranges.PowerOff();
        Magazines.PowerOff();
        foreach (nint anchor in _anchors)
        {
            NativeMemory.Free((void*)anchor);
        }
        _anchors.Clear();
        _users = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => PowerOff();

    /// <summary>The node that is part of a struct iova_domain.</summary>
    internal IovaRange* NewAnchor()
    {
        var anchor = (IovaRange*)NativeMemory.AllocZeroed((nuint)sizeof(IovaRange));
        _anchors.Add((nint)anchor);
        return anchor;
    }

    /// <summary>One more uses IOVA domains.</summary>
    [Ports("drivers/iommu/iova.c", "iova_cache_get", "6.1", "6.12", "7.3")]
    internal void CacheGet() => _users++;

    /// <summary>The last user takes the caches with it: nothing of theirs may be left.
    /// </summary>
    [Ports("drivers/iommu/iova.c", "iova_cache_put", "6.1", "6.12", "7.3")]
    private void CachePut()
    {
        if (--_users != 0)
        {
            return;
        }
        Ranges.Destroy();
        if (Profile.DepotIsList)
        {
            Magazines.Destroy();
        }
    }
}
