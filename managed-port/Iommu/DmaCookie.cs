// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.IoBufferPool;
using Dmadiff.ManagedPort.Iova;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iommu;

/// <summary>struct iommu_dma_cookie: what the DMA API keeps of a domain.</summary>
public sealed class DmaCookie
{
    private IovaDomain? _iovas;

    /// <summary>Whether it has IOVAs yet.</summary>
    public bool HasIovas => _iovas is not null;

    /// <summary>iovad: its IOVAs, in pages of its smallest size.</summary>
    /// <exception cref="InvalidOperationException">It has none yet.</exception>
    public IovaDomain Iovas
    {
        get => _iovas ?? throw new InvalidOperationException("the domain is not initialised");
        internal set => _iovas = value;
    }

    /// <summary>bounce_buffers, where they were proposed; null for none.</summary>
    public BufferPool? BounceBuffers { get; internal set; }

    /// <summary>msi_page_list: pages that receive messages, and where devices find them. The
    /// last one comes first.</summary>
    public List<MsiPage> MsiPages { get; } = [];

    /// <summary>The flush queues: one, or one a CPU. Empty where unmapping flushes.</summary>
    public FlushQueue[] Queues { get; internal set; } = [];

    /// <summary>Milliseconds after which what is queued is flushed.</summary>
    public ulong QueueTimeout { get; internal set; }

    /// <summary>fq_domain is set: unmapped IOVAs are queued.</summary>
    public bool IsQueued => Queues.Length != 0;

    /// <summary>fq_flush_start_cnt: flushes that have been started.</summary>
    public ulong FlushesStarted { get; internal set; }

    /// <summary>fq_flush_finish_cnt: flushes that have been finished.</summary>
    public ulong FlushesFinished { get; internal set; }

    /// <summary>fq_timer: empties the queues now and then; null without queues.</summary>
    internal KernelTimer? Timer { get; set; }

    /// <summary>fq_timer_on.</summary>
    internal bool TimerIsOn { get; set; }
}
