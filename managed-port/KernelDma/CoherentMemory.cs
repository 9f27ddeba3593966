// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>
/// struct dma_coherent_mem of kernel/dma/coherent.c: memory that one device allocates from,
/// and from nothing else. Its DMA address is its physical one.
/// </summary>
public sealed class CoherentMemory
{
    private readonly SimulatedMachine _machine;
    private readonly KernelBitmap _pages;
    private readonly ulong _start;
    private uint _lock;

    private CoherentMemory(SimulatedMachine machine, ulong start, uint pages)
    {
        _machine = machine;
        _start = start;
        _pages = new KernelBitmap(pages);
    }

    private int PageShift => _machine.Pages.PageShift;

    private ulong Bytes => (ulong)_pages.Length << PageShift;

    /// <summary>Gives a device memory of its own.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="profile">The revision.</param>
    /// <param name="dev">The device.</param>
    /// <param name="start">Physical address.</param>
    /// <param name="size">Bytes; what is left of a page is of no use.</param>
    /// <returns>0; -EINVAL when there is no such memory; -ENOMEM; -EBUSY when it has some.
    /// </returns>
    [Ports("kernel/dma/coherent.c", "dma_declare_coherent_memory", "6.1", "6.12", "7.3")]
    [Ports("kernel/dma/coherent.c", "dma_init_coherent_memory", "6.1", "6.12", "7.3")]
    [Ports("kernel/dma/coherent.c", "dma_assign_coherent_memory", "6.1", "6.12", "7.3")]
    public static int Declare(
        SimulatedMachine machine, SwiotlbProfile profile, Device dev, ulong start, ulong size)
    {
        if (size == 0 || !machine.Memory.Contains(start, size))
        {
            return Errno.Invalid;
        }
        if (!machine.Slab.TryZalloc() || !machine.Slab.TryZalloc())
        {
            string told = profile.TellsCoherentSizeInKib
                ? $"{size >> 10} KiB"
                : $"{size >> 20} MiB";
            machine.Log.Error(
                "Reserved memory: failed to init DMA memory pool at "
                + $"0x{start:x16}, size {told}");
            return Errno.NoMemory;
        }
        if (dev.Coherent is not null)
        {
            return Errno.Busy;
        }
        dev.Coherent = new CoherentMemory(machine, start, (uint)(size >> machine.Pages.PageShift));
        return 0;
    }

    /// <summary>Takes a power of two of pages, and clears the bytes asked for.</summary>
    /// <returns>Physical address, or <see cref="Swiotlb.MappingError"/>.</returns>
    [Ports("kernel/dma/coherent.c", "__dma_alloc_from_coherent", "6.1", "6.12", "7.3")]
    public ulong Alloc(ulong size)
    {
        KernelSpinLock.Acquire(ref _lock, _machine.Log);
        int page = size > Bytes ? -1 : _pages.TakeFreeRegion(OrderOf(size));
        KernelSpinLock.Release(ref _lock, _machine.Log);
        if (page < 0)
        {
            return Swiotlb.MappingError;
        }
        ulong address = _start + ((ulong)page << PageShift);
        _machine.Memory.Zero(address, size, "__dma_alloc_from_coherent");
        return address;
    }

    private int OrderOf(ulong size) => KernelMath.GetOrder(size, PageShift);

    /// <summary>Gives pages back, if they are from here.</summary>
    /// <returns>Whether they are.</returns>
    [Ports("kernel/dma/coherent.c", "__dma_release_from_coherent", "6.1", "6.12", "7.3")]
    public bool Free(ulong address, ulong size)
    {
        if (address < _start || address >= _start + Bytes)
        {
            return false;
        }
        KernelSpinLock.Acquire(ref _lock, _machine.Log);
        _pages.Clear(
            (address - _start) >> PageShift, 1UL << OrderOf(size));
        KernelSpinLock.Release(ref _lock, _machine.Log);
        return true;
    }
}
