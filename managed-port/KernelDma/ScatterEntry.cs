// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>
/// struct scatterlist. Which table an entry lies in makes no difference to who walks the list
/// with sg_next(), so tables and their chaining are not kept.
/// </summary>
public struct ScatterEntry
{
    /// <summary>Physical address: the page's and the offset in it.</summary>
    public ulong Phys;

    /// <summary>length: bytes.</summary>
    public uint Length;

    /// <summary>dma_address of the segment.</summary>
    public ulong DmaAddress;

    /// <summary>SG_DMA_SWIOTLB of dma_flags: of the first entry of a list that was mapped
    /// entry by entry, as it may have bounced.</summary>
    public bool IsBounced;

    /// <summary>The number of the table that the entry lies in: what one list is told from
    /// another by. 0 where nobody asks.</summary>
    public int Table;

    /// <summary>dma_length of the segment, in bytes.</summary>
    public uint DmaLength;
}
