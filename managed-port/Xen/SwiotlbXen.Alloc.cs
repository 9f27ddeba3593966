// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Xen;

/// <content>
/// Memory that is exchanged for frames which a device gets to: the pool, and what is allocated
/// for a device to share.
/// </content>
public sealed partial class SwiotlbXen
{
    /// <summary>MAX_DMA_BITS: how far a pool's frames may be away.</summary>
    private const int MostPoolBits = 32;

    /// <summary>Pages with PG_xen_remapped: where exchanged memory begins.</summary>
    private readonly HashSet<ulong> _remapped = [];
    private OnceFlag _warnedReach;
    private OnceFlag _warnedPieces;

    private int PageShift => _machine.Pages.PageShift;

    /// <summary>
    /// Exchanges the frames of a pool, segment by segment: each segment is contiguous
    /// afterwards, and as low as there is room. A limit that one segment did not keep holds for
    /// none of those that follow.
    /// </summary>
    /// <param name="start">Physical address of the pool.</param>
    /// <param name="nslabs">Its slots, a multiple of a segment.</param>
    /// <returns>0 or -ENOMEM.</returns>
    [Ports(File, "xen_swiotlb_fixup", "6.1", "6.12", "7.3")]
    public int Fixup(ulong start, ulong nslabs)
    {
        int order = KernelMath.GetOrder(
            (ulong)Swiotlb.SegmentSlots << Swiotlb.SlotShift, PageShift);
        int bits = order + PageShift;
        if (nslabs % Swiotlb.SegmentSlots != 0)
        {
            _machine.Log.Bug("xen_swiotlb_fixup");
        }
        ulong slot = 0;
        do
        {
            int error;
            do
            {
                error = _xen.CreateContiguousRegion(
                    start + (slot << Swiotlb.SlotShift), order, bits, out _);
            }
            while (error != 0 && bits++ < MostPoolBits);
            if (error != 0)
            {
                return error;
            }
            slot += Swiotlb.SegmentSlots;
        }
        while (slot < nslabs);
        return 0;
    }

    /// <summary>Allocates cleared pages. Those that the device does not reach, or not in one
    /// piece, or that are not aligned in the machine as they are in the guest, are exchanged.
    /// </summary>
    /// <param name="dev">The device.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="phys">Physical address.</param>
    /// <returns>Machine address, or <see cref="Swiotlb.MappingError"/>.</returns>
    [Ports(File, "xen_swiotlb_alloc_coherent", "6.1", "6.12", "7.3")]
    public ulong Alloc(Device dev, ulong size, out ulong phys)
    {
        int order = KernelMath.GetOrder(size, PageShift);
        ulong bytes = WholeFrames(size);
        uint pages = (uint)KernelMath.GetOrder(bytes, PageShift);
        if (!_machine.Pages.TryGetFreePages(PageZone.Normal, pages, zeroed: false, out phys))
        {
            return Swiotlb.MappingError;
        }
        ulong address = PhysToDma(phys);
        if (address + bytes - 1 > dev.CoherentDmaMask || !IsInOnePiece(phys, bytes))
        {
            if (_xen.CreateContiguousRegion(
                phys, order, BitsOf(dev.CoherentDmaMask), out address) != 0)
            {
                _machine.Pages.FreePages(phys, pages);
                return Swiotlb.MappingError;
            }
            _remapped.Add(PageOf(phys));
        }
        _machine.Memory.Zero(phys, bytes, "xen_swiotlb_alloc_coherent");
        return address;
    }

    /// <summary>Frees what <see cref="Alloc"/> gave; not if it could not have given that.
    /// </summary>
    [Ports(File, "xen_swiotlb_free_coherent", "6.1", "6.12", "7.3")]
    public void Free(Device dev, ulong size, ulong address, ulong phys)
    {
        int order = KernelMath.GetOrder(size, PageShift);
        ulong bytes = WholeFrames(size);
        bool outOfReach = address + bytes - 1 > dev.CoherentDmaMask;
        if (outOfReach || !IsInOnePiece(phys, bytes))
        {
            ref OnceFlag warned = ref _warnedPieces;
            if (outOfReach)
            {
                warned = ref _warnedReach;
            }
            if (warned.First())
            {
                _machine.Log.Warn("xen_swiotlb_free_coherent");
            }
            return;
        }
        if (_remapped.Remove(PageOf(phys)))
        {
            _xen.DestroyContiguousRegion(phys, order);
        }
        _machine.Pages.FreePages(phys, (uint)KernelMath.GetOrder(bytes, PageShift));
    }

    private bool IsInOnePiece(ulong phys, ulong size) =>
        !_xen.Frames.AreTorn(phys, size) && !RequiresAlignment(phys, size);

    /// <summary>Whether memory that is aligned to its size in the guest is not in the machine.
    /// </summary>
    [Ports(File, "range_requires_alignment", "6.1", "6.12", "7.3")]
    private bool RequiresAlignment(ulong phys, ulong size)
    {
        ulong mask = (1UL << (KernelMath.GetOrder(size, PageShift) + PageShift)) - 1;
        ulong machine = PhysToDma(phys) & ~XenFrames.OffsetMask;
        return (phys & mask) == 0 && (machine & mask) != 0;
    }

    private ulong PageOf(ulong phys) => phys >> PageShift;

    private static ulong WholeFrames(ulong size) =>
        (size + XenFrames.OffsetMask) & ~XenFrames.OffsetMask;

    /// <summary>fls64(): bits up to the highest that is set.</summary>
    private static int BitsOf(ulong mask) => 64 - BitOperations.LeadingZeroCount(mask);
}
