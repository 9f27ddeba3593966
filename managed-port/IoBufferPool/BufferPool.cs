// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Iommu;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.IoBufferPool;

/// <summary>
/// struct io_buffer_pool, which was proposed for dma-iommu: bounce buffers of a domain that stay
/// mapped when their mapping ends, so that the next one need not ask the IOMMU. Whatever it
/// cannot do, dma-iommu does as ever.
/// </summary>
/// <remarks>All devices have groups of their own here, so that no second device comes to a
/// domain whose pool is there.</remarks>
public sealed partial class BufferPool
{
    private const string File = "drivers/iommu/io-buffer-pool.c";
    private const string Series = "stevens-v1";

    private readonly SimulatedMachine _machine;
    private readonly IommuCore _core;
    private readonly DmaIommu _dma;
    private readonly IommuDomain _domain;
    private readonly IommuProfile _profile;
    private readonly IoBufferClass[] _classes;
    private readonly DelayedWork _evictWork;
    private readonly int _node;

    private BufferPool(
        SimulatedMachine machine, IommuCore core, DmaIommu dma, IommuProfile profile, Device dev,
        IoBufferClass[] classes)
    {
        _machine = machine;
        _core = core;
        _dma = dma;
        _profile = profile;
        _domain = dev.Iommu!.Domain!;
        _classes = classes;
        _node = dev.Node;
        _evictWork = new DelayedWork(() => Evict(teardown: false));
    }

    /// <summary>Bytes copied between buffers and what was mapped, since it was made.</summary>
    public ulong CopiedBytes { get; private set; }

    /// <summary>The classes, the smallest first.</summary>
    public IReadOnlyList<IoBufferClass> Classes => _classes;

    /// <summary>
    /// Makes a domain's pool: for each class a range of IOVAs that its device reaches, as the
    /// device's mask is now.
    /// </summary>
    /// <param name="machine">The machine.</param>
    /// <param name="core">The IOMMU core.</param>
    /// <param name="dma">What gives out IOVAs and pages.</param>
    /// <param name="profile">What is followed.</param>
    /// <param name="dev">The device.</param>
    /// <param name="pool">The pool; null when its parameters want none.</param>
    /// <returns>0 or a negative errno.</returns>
    [PortsSeries(Series, File, "io_buffer_pool_init")]
    [PortsSeries(Series, File, "init_num_classes")]
    public static int Create(
        SimulatedMachine machine, IommuCore core, DmaIommu dma, IommuProfile profile, Device dev,
        out BufferPool? pool)
    {
        IoBufferParameters parameters = dma.IoBuffers;
        pool = null;
        if (parameters.Classes == 0 || parameters.Slots == 0)
        {
            return 0;
        }
        if (!machine.Slab.TryZalloc())
        {
            return Errno.NoMemory;
        }
        IommuDomain domain = dev.Iommu!.Domain!;
        ulong granule = domain.Cookie!.Iovas.Align(machine.Pages.WholePages(1));
        var classes = new List<IoBufferClass>();
        for (int bit = 0; bit < 8; bit++)
        {
            if ((parameters.ClassSizes & (1 << bit)) == 0)
            {
                continue;
            }
            int error = AddClass(machine, dma, dev, granule << bit, parameters.Slots, classes);
            if (error != 0)
            {
                foreach (IoBufferClass made in classes)
                {
                    FreeRange(dma, domain, made);
                }
                return error;
            }
        }
        pool = new BufferPool(machine, core, dma, profile, dev, [.. classes]);
        return 0;
    }

    /// <summary>Ends a pool: what waits in its caches is freed, and its IOVAs are. Buffers that
    /// are still mapped stay so, and nobody knows of them any more.</summary>
    [PortsSeries(Series, File, "io_buffer_pool_destroy")]
    public void Destroy()
    {
        _machine.Deferred.Cancel(_evictWork);
        _machine.Deferred.RunQueued();
        Evict(teardown: true);
        foreach (IoBufferClass each in _classes)
        {
            FreeRange(_dma, _domain, each);
        }
    }

    private static int AddClass(
        SimulatedMachine machine, DmaIommu dma, Device dev, ulong bufferBytes, uint slots,
        List<IoBufferClass> classes)
    {
        if (!machine.Slab.TryZalloc())
        {
            return Errno.NoMemory;
        }
        ulong iova = dma.AllocIova(dev, bufferBytes * (slots + 1), dev.GetDmaMask());
        if (iova == 0)
        {
            return Errno.NoSpace;
        }
        classes.Add(new IoBufferClass(iova, bufferBytes, slots, machine.Log));
        return 0;
    }

    private static void FreeRange(DmaIommu dma, IommuDomain domain, IoBufferClass each) =>
        dma.FreeIova(
            domain, each.UnalignedIova, each.BufferBytes * ((uint)each.Slots.Length + 1),
            queued: false);

    /// <summary>The slot that an IOVA is of: all that is known of one is where it lies.
    /// </summary>
    [PortsSeries(Series, File, "io_buffer_pool_find_buffer")]
    private bool TryFind(ulong iova, out IoBufferClass found, out IoBufferSlot slot)
    {
        foreach (IoBufferClass each in _classes)
        {
            if (each.SlotAt(iova) is { } at)
            {
                found = each;
                slot = at;
                return true;
            }
        }
        found = null!;
        slot = null!;
        return false;
    }
}
