// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;
using System.Runtime.CompilerServices;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iova;

/// <summary>
/// A struct iova_domain: which ranges of an IOMMU's address space are taken. Ranges are
/// handed out from the top down; see docs/iova.md.
/// </summary>
public sealed unsafe partial class IovaDomain
{
    /// <summary>IOVA_ANCHOR: the pfn of the node that is always there, above all others.
    /// </summary>
    public const ulong AnchorPfn = ulong.MaxValue;

    private const string File = "drivers/iommu/iova.c";

    private readonly IovaAllocator _allocator;

    // Of the allocator's machine: the fast paths ask for them every time.
    private readonly Cpus _cpus;
    private readonly Log _log;
    private readonly RangeTree _tree;
    private readonly IovaRange* _anchor;
    private readonly int _shift;
    private readonly IMemoryObserver? _observer;
    private readonly nint _line;
    private IovaRange* _cachedNode;
    private IovaRange* _cached32Node;
    private uint _lock;

    /// <summary>Creates a domain with nothing in it but its anchor.</summary>
    /// <param name="allocator">What all domains share.</param>
    /// <param name="granule">Bytes of a page: a power of two, at most the CPU's page.</param>
    /// <param name="startPfn">Lowest pfn that is handed out.</param>
    [Ports(File, "init_iova_domain", "6.1", "6.12", "7.3")]
    internal IovaDomain(IovaAllocator allocator, ulong granule, ulong startPfn)
    {
        _allocator = allocator;
        _cpus = allocator.Machine.Cpus;
        _log = allocator.Log;
        _observer = allocator.Observer;
        _line = _observer?.Place(1) ?? 0;
        _tree = new RangeTree(_observer);
        if (granule > 1UL << allocator.Machine.Pages.PageShift || !KernelMath.IsPowerOf2(granule))
        {
            allocator.Log.Bug("init_iova_domain");
        }
        _anchor = allocator.NewAnchor();
        _cachedNode = _anchor;
        _cached32Node = _anchor;
        _shift = BitOperations.TrailingZeroCount(granule);
        Granule = granule;
        StartPfn = startPfn;
        Dma32BitPfn = 1UL << (32 - _shift);
        Max32AllocSize = Dma32BitPfn;
        _anchor->PfnLo = AnchorPfn;
        _anchor->PfnHi = AnchorPfn;
        _tree.Link(_anchor, null, left: false);
    }

    /// <summary>Bytes of a page.</summary>
    public ulong Granule { get; }

    /// <summary>iova_shift(): log2 of <see cref="Granule"/>.</summary>
    public int Shift => _shift;

    /// <summary>iova_mask(): the bits of an address within its page.</summary>
    public ulong OffsetMask => Granule - 1;

    /// <summary>Lowest pfn that is handed out.</summary>
    public ulong StartPfn { get; }

    /// <summary>First pfn above 4 GiB.</summary>
    public ulong Dma32BitPfn { get; }

    /// <summary>So many pages, and more, are known not to fit below 4 GiB.</summary>
    public ulong Max32AllocSize { get; private set; }

    /// <summary>Where the next search below no limit starts.</summary>
    public IovaRange* CachedNode => _cachedNode;

    /// <summary>Where the next search below 4 GiB starts.</summary>
    public IovaRange* Cached32Node => _cached32Node;

    /// <summary>The ranges in order; the anchor is the last.</summary>
    public RangeTree Tree => _tree;

    /// <summary>iova_align(): bytes rounded up to whole pages.</summary>
    public ulong Align(ulong bytes) => KernelMath.Align(bytes, Granule);

    /// <summary>Destroys all ranges. The domain cannot be used any more.</summary>
    [Ports(File, "put_iova_domain", "6.1", "6.12", "7.3")]
    internal void Put()
    {
        if (HasRcaches)
        {
            FreeDomainRcaches();
        }
        for (IovaRange* range = _tree.First; range != null;)
        {
            IovaRange* next = RangeTree.Next(range);
            FreeRange(range);
            range = next;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [Ports(File, "__get_cached_rbnode", "6.1", "6.12", "7.3")]
    private IovaRange* GetCachedNode(ulong limitPfn) =>
        limitPfn <= Dma32BitPfn ? _cached32Node : _cachedNode;

    /// <summary>The next search starts below what was handed out last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [Ports(File, "__cached_rbnode_insert_update", "6.1", "6.12", "7.3")]
    private void UpdateCachedOnInsert(IovaRange* range)
    {
        if (range->PfnHi < Dma32BitPfn)
        {
            _cached32Node = range;
        }
        else
        {
            _cachedNode = range;
        }
    }

    /// <summary>What becomes free above a cached node moves it up, so that it is found.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [Ports(File, "__cached_rbnode_delete_update", "6.1", "6.12", "7.3")]
    private void UpdateCachedOnDelete(IovaRange* range)
    {
        if (range == _cached32Node
            || (range->PfnHi < Dma32BitPfn && range->PfnLo >= _cached32Node->PfnLo))
        {
            _cached32Node = RangeTree.Next(range);
        }
        if (range->PfnLo < Dma32BitPfn)
        {
            Max32AllocSize = Dma32BitPfn;
        }
        if (range->PfnLo >= _cachedNode->PfnLo)
        {
            _cachedNode = RangeTree.Next(range);
        }
    }

    /// <summary>
    /// The lowest range that starts at the limit or above. Far above 4 GiB, the anchor is
    /// taken to be near enough.
    /// </summary>
    [Ports(File, "iova_find_limit", "6.1", "6.12", "7.3")]
    private IovaRange* FindLimit(ulong limitPfn)
    {
        if (limitPfn > Dma32BitPfn)
        {
            return _anchor;
        }
        IovaRange* node = _tree.Root;
        while (node->PfnHi < limitPfn)
        {
            _observer?.Read((nint)node);
            node = node->Right;
        }
        while (true)
        {
            while (node->Left != null && node->Left->PfnLo >= limitPfn)
            {
                node = node->Left;
            }
            IovaRange* next = node->Left;
            while (next != null && next->PfnLo < limitPfn)
            {
                _observer?.Read((nint)next);
                next = next->Right;
            }
            if (next == null)
            {
                return node;
            }
            node = next;
        }
    }

    /// <summary>Puts a range into the tree.</summary>
    /// <param name="range">The range.</param>
    /// <param name="start">A range just above, or null to start at the root.</param>
    [Ports(File, "iova_insert_rbtree", "6.1", "6.12", "7.3")]
    private void InsertRange(IovaRange* range, IovaRange* start)
    {
        IovaRange* parent = null;
        bool left = false;
        for (IovaRange* node = start == null ? _tree.Root : start; node != null;)
        {
            parent = node;
            _observer?.Read((nint)node);
            if (range->PfnLo == node->PfnLo)
            {
                _allocator.Log.Warn("iova_insert_rbtree");
                return;
            }
            left = range->PfnLo < node->PfnLo;
            node = left ? node->Left : node->Right;
        }
        _tree.Link(range, parent, left);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [Ports(File, "free_iova_mem", "6.1", "6.12", "7.3")]
    private void FreeRange(IovaRange* range)
    {
        if (range->PfnLo == AnchorPfn)
        {
            return;
        }
        if (range == _anchor)
        {
            _allocator.Log.Misuse("kmem_cache_free", "of memory from elsewhere");
        }
        _allocator.Ranges.Free(range);
    }

    private void Lock() => Acquire(ref _lock, _line);

    private void Unlock() => Release(ref _lock, _line);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Acquire(ref uint word, nint line)
    {
        KernelSpinLock.Acquire(ref word, _log);
        _observer?.Acquire(line);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Release(ref uint word, nint line)
    {
        KernelSpinLock.Release(ref word, _log);
        _observer?.Release(line);
    }
}
