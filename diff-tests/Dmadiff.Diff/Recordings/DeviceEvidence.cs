// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;

namespace Dmadiff.Diff.Recordings;

/// <summary>What a recording tells of one device.</summary>
internal sealed class DeviceEvidence
{
    // So many small mappings, and none anywhere else than its physical address has it in its
    // page: without a mask it would be one in two for each.
    private const int Convincing = 4;
    private const ulong PageMask = 0xfff;
    private const ulong SlotBytes = 2048;
    private ulong _kept = PageMask;
    private ulong _seen;
    private long _telling;

    /// <summary>Its mask, of the bounces that told it; all ones when none did.</summary>
    public ulong DmaMask { get; set; } = ulong.MaxValue;

    /// <summary>Segments whose address is the physical one.</summary>
    public long Direct { get; set; }

    /// <summary>Segments that were bounced.</summary>
    public long Bounced { get; private set; }

    /// <summary>Segments behind an IOMMU.</summary>
    public long Translated { get; set; }

    /// <summary>Longest segment of a list.</summary>
    public ulong LongestSegment { get; set; }

    /// <summary>Takes in a bounce.</summary>
    public void Bounce(ulong physical, ulong dma, ulong size)
    {
        Bounced++;
        _kept &= ~(physical ^ dma);
        _seen |= physical & PageMask;
        if (size <= SlotBytes)
        {
            _telling++;
        }
    }

    /// <summary>The address bits that bounces keep, a mask: those that none of them has
    /// changed, as far as that cannot be chance.</summary>
    public ulong MinAlignMask()
    {
        if (Bounced == 0)
        {
            return 0;
        }

        var low = (1UL << BitOperations.TrailingZeroCount(~_kept)) - 1;
        var isPage = low == PageMask && (_telling >= Convincing || (_seen & SlotBytes) != 0);
        var within = low & (SlotBytes - 1);
        return isPage ? PageMask : (_seen & within) != 0 ? within : 0;
    }
}
