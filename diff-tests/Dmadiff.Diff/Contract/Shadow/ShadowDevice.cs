// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Contract.Shadow;

/// <summary>A device, with the limits that are in force after its boot step.</summary>
internal sealed class ShadowDevice
{
    // What a device takes that never said.
    private const ulong DefaultSegment = 64 << 10;

    private const ulong DefaultMask = 0xffffffff;

    // -EIO: dma_set_mask() refused. Any other error comes from attaching to the pool.
    private const int MaskRefused = -5;

    private readonly ulong _surely;

    public ShadowDevice(int index, in AbiDevice declared, in AbiResult booted)
    {
        Index = index;
        IsCoherent = declared.Noncoherent == 0;
        MinAlign = declared.MinAlignMask;
        Boundary = declared.SegBoundary;
        var attached = booted.Status == AbiStatus.Ok || booted.Error == MaskRefused;
        Pool = attached ? (int)declared.Pool : 0;
        var mask = booted.Status == AbiStatus.Ok ? declared.DmaMask : DefaultMask;
        if (!attached)
        {
            // The error hides whether the mask was taken.
            mask = Math.Max(declared.DmaMask, DefaultMask);
        }

        LongestSegment = declared.MaxSegmentBytes == 0 ? DefaultSegment : declared.MaxSegmentBytes;
        HasOwnMemory = declared.CoherentBytes > 0;
        var coherent = declared.CoherentMask == 0 ? DefaultMask : declared.CoherentMask;
        if (booted.Status != AbiStatus.Ok)
        {
            // The step's error may be that this mask was refused.
            coherent = Math.Max(coherent, DefaultMask);
        }

        CoherentLimit = declared.BusDmaLimit == 0
            ? coherent
            : Math.Min(coherent, declared.BusDmaLimit);
        var translates = declared.Iommu is AbiIommuMode.Strict or AbiIommuMode.Lazy;
        IsOfXen = declared.Xen != 0;
        Iommu = translates && booted.Status == AbiStatus.Ok ? new ShadowIommu(declared) : null;
        Limit = declared.BusDmaLimit == 0 ? mask : Math.Min(mask, declared.BusDmaLimit);
        _surely = attached ? Limit : Math.Min(Limit, declared.DmaMask);
    }

    /// <summary>The platform gave it coherent memory: where, is the platform's choice.
    /// </summary>
    public bool HasOwnMemory { get; }

    /// <summary>The highest address of coherent memory that it reaches.</summary>
    public ulong CoherentLimit { get; }

    public int Index { get; }

    /// <summary>Bytes of the longest segment that it takes.</summary>
    public ulong LongestSegment { get; }

    /// <summary>The highest address that it reaches.</summary>
    public ulong Limit { get; }

    /// <summary>Address bits that a bounce preserves.</summary>
    public ulong MinAlign { get; }

    /// <summary>A segment does not cross a multiple of this mask plus one byte.</summary>
    public ulong Boundary { get; }

    /// <summary>Its accesses go through the CPUs' caches.</summary>
    public bool IsCoherent { get; }

    /// <summary>Number of its pool; 0 is the default pool.</summary>
    public int Pool { get; }

    /// <summary>What translates its addresses; null when nothing does.</summary>
    public ShadowIommu? Iommu { get; }

    /// <summary>Its addresses are those of a hypervisor's machine.</summary>
    public bool IsOfXen { get; }

    /// <summary>Its addresses are not the memory's own.</summary>
    public bool IsTranslated => Iommu is not null || IsOfXen;

    /// <summary>Whether it may use nothing but its pool. Behind an IOMMU that is the limit
    /// already.</summary>
    public bool IsRestricted => Pool != 0 && Iommu is null;

    public bool ReachesCoherent(ulong address, ulong size) =>
        size <= CoherentLimit && address <= CoherentLimit - size + 1;

    /// <summary>Whether it reaches them even if the error of its boot step hides that it was
    /// given the narrower mask.</summary>
    public bool SurelyReaches(ulong address, ulong size) =>
        size <= _surely && address <= _surely - size + 1;

    public bool Reaches(ulong address, ulong size) =>
        size <= Limit && address <= Limit - size + 1;
}
