// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Contract.Shadow;

/// <summary>A pool of bounce memory, as the machine says it is after boot.</summary>
/// <param name="Index">0 is the default pool.</param>
/// <param name="Name">"default", or its name in the trace.</param>
/// <param name="Start">Physical address.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Slots">Slots that it has.</param>
internal sealed record ShadowPool(int Index, string Name, ulong Start, ulong Bytes, ulong Slots)
{
    /// <summary>Bytes in a slot.</summary>
    public const ulong SlotBytes = 2048;

    /// <summary>Used slots that the last operation on it told, or null before the first.
    /// </summary>
    public ulong? LastUsed { get; set; }

    /// <summary>The fewest slots that its high-water mark can be.</summary>
    public ulong Hiwater { get; set; }

    /// <summary>The most slots that it ever had.</summary>
    public ulong MostSlots { get; set; } = Slots;

    /// <summary>Requests whose places are free: they ended since the last success.</summary>
    public List<Request> Freed { get; } = [];

    public bool Overlaps(ulong address, ulong size) =>
        address < Start ? size > Start - address : Bytes > address - Start;

    public bool Holds(ulong address, ulong size) =>
        address >= Start && size <= Bytes && address - Start <= Bytes - size;

    /// <summary>The fewest slots that a live mapping can take: those it lies in.</summary>
    public static ulong LeastSlots(ShadowMapping mapping) =>
        mapping.Size == 0
            ? 0
            : ((mapping.Address + mapping.Size - 1) / SlotBytes) - (mapping.Address / SlotBytes)
                + 1;

    /// <summary>The most slots that it may take: its bytes and those skipped to preserve
    /// address bits, rounded up to the alignment asked for, and one slot more.</summary>
    public static ulong MostSlotsOf(ShadowMapping mapping, ulong page)
    {
        var align = mapping.IsAllocation ? PageOrderMask(mapping.Size, page) : mapping.Maker.Arg;

        // Whole pages of the IOMMU, as the device can reach all of each.
        align = mapping.Device.Iommu is { } iommu ? iommu.Granule - 1 : align;
        var skipped = mapping.Address & mapping.Device.MinAlign & (align | (SlotBytes - 1));
        var bytes = (mapping.Size + skipped + align) & ~align;
        return ((bytes + SlotBytes - 1) / SlotBytes) + 1;
    }

    /// <summary>Alignment of the smallest block of 2^n pages that holds so many bytes.</summary>
    public static ulong PageOrderMask(ulong size, ulong page)
    {
        var block = page;
        while (block < size)
        {
            block <<= 1;
        }

        return block - 1;
    }
}
