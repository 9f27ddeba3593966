// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Iommu;

/// <summary>
/// What sets one revision's IOMMU core and dma-iommu apart from another's. Code asks for a
/// feature, never for a version.
/// </summary>
public sealed record IommuProfile
{
    /// <summary>Linux 6.1.</summary>
    public static IommuProfile V6_1 { get; } = new()
    {
        Name = "6.1",
        FlushesBeforeFirstUse = true,
        SpacesAfterPolicy = true,
    };

    /// <summary>
    /// Linux 6.1 with "Add dynamic iommu backed bounce buffers" by David Stevens, July 2021: all
    /// of its four patches, as they were posted, and built without CONFIG_IOMMU_IO_BUFFER.
    /// </summary>
    public static IommuProfile IoBuffersLeftOut { get; } = V6_1 with
    {
        Proposal = "I/O buffers left out",
        SplitsBouncing = true,
        TakesCoherenceForRights = true,
    };

    /// <summary>The same, built with it.</summary>
    public static IommuProfile IoBuffers { get; } = IoBuffersLeftOut with
    {
        Proposal = "I/O buffers",
        HasIoBufferPool = true,
    };

    /// <summary>The same with the mistakes mended that docs/io-buffer-pool.md lists.</summary>
    public static IommuProfile IoBuffersMended { get; } = IoBuffers with
    {
        Proposal = "I/O buffers, mended",
        IoBuffersAreMended = true,
        TakesCoherenceForRights = false,
    };

    /// <summary>Linux 6.12.</summary>
    public static IommuProfile V6_12 { get; } = new()
    {
        Name = "6.12",
        AsksDriverBeforeTrust = true,
        GivesUpLowAddresses = true,
        ChecksAlignmentMask = true,
        PadsToGranule = true,
        MarksBouncedLists = true,
        ChecksListLengths = true,
        HasSharedQueues = true,
    };

    /// <summary>Linux 7.3.</summary>
    public static IommuProfile V7_3 { get; } = V6_12 with
    {
        Name = "7.3",
        SyncsOnlyWhatWasGathered = true,
        WarnsOfDomainsWithoutPages = true,
        UndoesWhatNeverBegan = true,
        CannotDecrypt = true,
        MapsByPhysicalAddress = true,
    };

    /// <summary>The profile of a release; the oldest when there is none.</summary>
    public static IommuProfile Named(string name) => name switch
    {
        "6.12" => V6_12,
        "7.3" => V7_3,
        _ => V6_1,
    };

    /// <summary>The release it follows.</summary>
    public required string Name { get; init; }

    /// <summary>What was proposed for that release and is followed as well; null for the
    /// release as it is.</summary>
    public string? Proposal { get; init; }

    /// <summary>A domain has bounce buffers that stay mapped.</summary>
    public bool HasIoBufferPool { get; init; }

    /// <summary>
    /// Buffers that stay mapped, without their mistakes: only a mapping that suits its device
    /// gets one, its buffer holds what was mapped before the device can see it, pages are
    /// cleared, lists of devices that are not trusted give theirs back, and a device whose pool
    /// cannot be had does without.
    /// </summary>
    public bool IoBuffersAreMended { get; init; }

    /// <summary>What maps and unmaps a range that may bounce has a name of its own.</summary>
    public bool SplitsBouncing { get; init; }

    /// <summary>Lists of a device that is not trusted are mapped to be read only, or for nothing
    /// if it bypasses the caches: whether it does is taken for the rights.</summary>
    public bool TakesCoherenceForRights { get; init; }

    /// <summary>
    /// Regions that firmware wants mapped are set up after the device is attached, and then
    /// its IOTLB is flushed, regions or not; else before, when nothing is in the IOTLB.
    /// </summary>
    public bool FlushesBeforeFirstUse { get; init; }

    /// <summary>The lines of the boot log have a space at their end, for what may follow.
    /// </summary>
    public bool SpacesAfterPolicy { get; init; }

    /// <summary>
    /// A driver that wants an untrusted device passed through keeps the device from being
    /// probed; else its wish does not count.
    /// </summary>
    public bool AsksDriverBeforeTrust { get; init; }

    /// <summary>
    /// Once a PCI device finds no IOVA below 4 GiB, it is not looked for there again, which
    /// is logged; else that is tried each time.
    /// </summary>
    public bool GivesUpLowAddresses { get; init; }

    /// <summary>A device that wants more address bits kept than a granule has cannot map.
    /// </summary>
    public bool ChecksAlignmentMask { get; init; }

    /// <summary>
    /// What bounces has whole granules of the pool, cleared before and behind the mapping for
    /// a device that is not trusted; else slots for its size rounded up to granules, cleared
    /// behind the mapping, or wholly where nothing is to be copied to the device.
    /// </summary>
    public bool PadsToGranule { get; init; }

    /// <summary>A scatterlist remembers that it is bounced; else the device is asked.
    /// </summary>
    public bool MarksBouncedLists { get; init; }

    /// <summary>An entry that 32 bits do not hold once it is padded fails; else the length
    /// wraps.</summary>
    public bool ChecksListLengths { get; init; }

    /// <summary>A device whose flushes are slow has one long queue for all CPUs.</summary>
    public bool HasSharedQueues { get; init; }

    /// <summary>
    /// A sync without a gathered range does not reach the driver, and the core gathers for a
    /// driver that does not; else the driver is called always.
    /// </summary>
    public bool SyncsOnlyWhatWasGathered { get; init; }

    /// <summary>Mapping in a domain that does not translate is a WARN, once.</summary>
    public bool WarnsOfDomainsWithoutPages { get; init; }

    /// <summary>What cannot be mapped, as an address is no multiple of a page, is unmapped all
    /// the same: 0 bytes, which may be one more line in the log.</summary>
    public bool UndoesWhatNeverBegan { get; init; }

    /// <summary>There is no coherent memory where devices see only what is decrypted; else it
    /// stays encrypted.</summary>
    public bool CannotDecrypt { get; init; }

    /// <summary>Pages are mapped by what maps physical addresses, under other names.</summary>
    public bool MapsByPhysicalAddress { get; init; }
}
