// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iommu;

/// <content>Lazy domains: unmapped IOVAs wait for a flush that many of them share.</content>
public sealed partial class DmaIommu
{
    /// <summary>IOVA_DEFAULT_FQ_TIMEOUT, in milliseconds.</summary>
    private const ulong PerCpuTimeout = 10;

    /// <summary>IOVA_SINGLE_FQ_TIMEOUT, in milliseconds.</summary>
    private const ulong SharedTimeout = 1000;

    [Ports(File, "iommu_dma_init_fq", "6.1", "6.12", "7.3")]
    [Ports(File, "iommu_dma_init_options", "6.12", "7.3")]
    [Ports(File, "iommu_dma_init_fq_single", "6.12", "7.3")]
    [Ports(File, "iommu_dma_init_fq_percpu", "6.12", "7.3")]
    private void InitQueues(IommuDomain domain, IommuClient client)
    {
        DmaCookie cookie = domain.Cookie!;
        // One for the queues: per-CPU memory, or vmalloc().
        if (!_machine.Slab.TryZalloc())
        {
            _log.Warning("iova flush queue initialization failed");
            domain.Type = IommuDomainType.Dma;
            return;
        }
        bool shared = client.ShadowsOnFlush && _profile.HasSharedQueues;
        var queues = new FlushQueue[shared ? 1 : _machine.Cpus.Count];
        for (int i = 0; i < queues.Length; i++)
        {
            int places = shared ? FlushQueue.SharedPlaces : FlushQueue.PerCpuPlaces;
            queues[i] = new FlushQueue(places, _log);
        }
        cookie.QueueTimeout = shared ? SharedTimeout : PerCpuTimeout;
        cookie.Timer = new KernelTimer(() => FlushOnTime(domain));
        cookie.Queues = queues;
    }

    /// <summary>
    /// Queues an IOVA on the CPU's queue. If it is full even without what others have flushed
    /// meanwhile, everything is flushed. The first one starts the timer.
    /// </summary>
    [Ports(File, "queue_iova", "6.1", "6.12", "7.3")]
    private void QueueIova(IommuDomain domain, ulong pfn, ulong pages)
    {
        DmaCookie cookie = domain.Cookie!;
        FlushQueue queue = cookie.Queues.Length == 1
            ? cookie.Queues[0]
            : cookie.Queues[_machine.Cpus.Current];
        queue.Lock();
        queue.FreeFlushed(cookie);
        if (queue.IsFull())
        {
            FlushIotlb(domain);
            queue.FreeFlushed(cookie);
        }
        queue.Add(pfn, pages, cookie.FlushesStarted);
        queue.Unlock();
        if (!cookie.TimerIsOn)
        {
            cookie.TimerIsOn = true;
            _machine.Deferred.Start(cookie.Timer!, cookie.QueueTimeout);
        }
    }

    /// <summary>The timer: all queues are emptied.</summary>
    [Ports(File, "fq_flush_timeout", "6.1", "6.12", "7.3")]
    [Ports(File, "fq_ring_free", "6.12", "7.3")]
    private static void FlushOnTime(IommuDomain domain)
    {
        DmaCookie cookie = domain.Cookie!;
        cookie.TimerIsOn = false;
        FlushIotlb(domain);
        foreach (FlushQueue queue in cookie.Queues)
        {
            queue.Lock();
            queue.FreeFlushed(cookie);
            queue.Unlock();
        }
    }

    [Ports(File, "fq_flush_iotlb", "6.1", "6.12", "7.3")]
    private static void FlushIotlb(IommuDomain domain)
    {
        DmaCookie cookie = domain.Cookie!;
        cookie.FlushesStarted++;
        domain.FlushAll();
        cookie.FlushesFinished++;
    }
}
