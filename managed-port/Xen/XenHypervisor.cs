// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Xen;

/// <summary>
/// The modelled hypervisor below a machine that is a guest, and what the architecture's code
/// asks of it: kernel-harness/services/SPEC.md, "Xen". Hypercalls are log lines.
/// </summary>
public sealed class XenHypervisor
{
    private readonly PhysicalMemory _memory;
    private readonly CpuCaches _caches;
    private readonly Log _log;
    private ulong _pageBytes;
    private bool _flushesCaches;

    /// <summary>Creates it, with no guest.</summary>
    public XenHypervisor(PhysicalMemory memory, CpuCaches caches, Log log)
    {
        _memory = memory;
        _caches = caches;
        _log = log;
    }

    /// <summary>Whether the machine is a guest.</summary>
    public bool HasGuest { get; private set; }

    /// <summary>xen_pv_domain(): whether the guest's frames are elsewhere in the machine's.
    /// </summary>
    public bool HasPvGuest { get; private set; }

    /// <summary>Which machine frame is behind which of the guest's.</summary>
    public XenFrames Frames { get; } = new();

    /// <summary>Starts over.</summary>
    /// <param name="machine">The machine, which may be no guest.</param>
    /// <param name="pageBytes">Bytes of a page of the guest.</param>
    public void PowerOn(AbiMachine machine, ulong pageBytes)
    {
        HasGuest = (machine.Flags & AbiMachineFlag.Xen) != AbiMachineFlag.None;
        HasPvGuest = HasGuest && machine.XenRunBytes != 0;
        if (!HasGuest)
        {
            return;
        }
        _pageBytes = pageBytes;
        _flushesCaches =
            (machine.Flags & AbiMachineFlag.XenNoCacheFlush) == AbiMachineFlag.None;
        Frames.PowerOn(
            machine.MemoryBytes >> XenFrames.FrameShift,
            machine.XenRunBytes >> XenFrames.FrameShift);
    }

    /// <summary>Where in the guest's memory a device gets by a machine address, or
    /// <see cref="AbiConstants.NoAddress"/>.</summary>
    public ulong Reached(ulong address)
    {
        ulong frame = Frames.ReachedFrame(address >> XenFrames.FrameShift);
        return frame == XenFrames.NoFrame
            ? AbiConstants.NoAddress
            : (frame << XenFrames.FrameShift) + (address & XenFrames.OffsetMask);
    }

    /// <summary>What of a range a device finds in one piece.</summary>
    /// <param name="address">Machine address.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="phys">Where the piece is in the guest's memory.</param>
    /// <returns>Bytes from address on, at most size; 0 when nothing is there.</returns>
    public ulong Translate(ulong address, ulong size, out ulong phys)
    {
        phys = AbiConstants.NoAddress;
        ulong done = 0;
        while (done < size)
        {
            ulong at = address + done;
            ulong here = Reached(at);
            if (here == AbiConstants.NoAddress || (done != 0 && here != phys + done))
            {
                break;
            }
            if (done == 0)
            {
                phys = here;
            }
            done += XenFrames.FrameBytes - (at & XenFrames.OffsetMask);
        }
        return Math.Min(done, size);
    }

    /// <summary>xen_create_contiguous_region(): memory of the guest becomes contiguous in the
    /// machine's, and is zero.</summary>
    /// <param name="start">Physical address.</param>
    /// <param name="order">log2 of the pages.</param>
    /// <param name="addressBits">How far the machine addresses may reach.</param>
    /// <param name="machine">Machine address. A translated guest's is the physical one.</param>
    /// <returns>0 or -ENOMEM.</returns>
    public int CreateContiguousRegion(
        ulong start, int order, int addressBits, out ulong machine)
    {
        machine = start;
        if (!HasPvGuest)
        {
            return 0;
        }
        ulong limit = addressBits < 64 ? 1UL << addressBits : ulong.MaxValue;
        ulong bytes = _pageBytes << order;
        ulong first = Frames.Exchange(
            start >> XenFrames.FrameShift,
            bytes >> XenFrames.FrameShift,
            limit >> XenFrames.FrameShift);
        if (first == XenFrames.NoFrame)
        {
            _log.Info($"xen: no 0x{bytes:x} contiguous bytes below 0x{limit:x}");
            return Errno.NoMemory;
        }
        machine = first << XenFrames.FrameShift;
        _log.Info(
            $"xen: [0x{start:x}, 0x{start + bytes:x}) exchanged for 0x{machine:x}");
        _memory.Zero(start, bytes, "xen_create_contiguous_region");
        return 0;
    }

    /// <summary>xen_destroy_contiguous_region().</summary>
    /// <exception cref="KernelDeathException">Nothing was exchanged there: misuse.</exception>
    public void DestroyContiguousRegion(ulong start, int order)
    {
        if (!HasPvGuest)
        {
            return;
        }
        if (!Frames.TryExchangeBack(start >> XenFrames.FrameShift))
        {
            _log.Misuse("frames are given back that were not exchanged");
        }
        ulong bytes = _pageBytes << order;
        _log.Info($"xen: [0x{start:x}, 0x{start + bytes:x}) exchanged back");
        _memory.Zero(start, bytes, "xen_destroy_contiguous_region");
    }

    /// <summary>xen_arch_need_swiotlb(): without the hypercall nobody can flush the caches of a
    /// foreign frame.</summary>
    public bool ArchNeedsSwiotlb(bool coherent, ulong phys, ulong machine) =>
        !HasPvGuest && !_flushesCaches && !coherent
        && phys >> XenFrames.FrameShift != machine >> XenFrames.FrameShift;

    /// <summary>xen_dma_sync_for_cpu(): flushes caches by machine address.</summary>
    public void SyncForCpu(ulong machine, ulong size, AbiDirection dir)
    {
        if (dir != AbiDirection.ToDevice)
        {
            FlushCaches(
                machine, size, "invalidate", (phys, now) => _caches.SyncForCpu(phys, now, dir));
        }
    }

    /// <summary>xen_dma_sync_for_device(): the same the other way.</summary>
    public void SyncForDevice(ulong machine, ulong size, AbiDirection dir) => FlushCaches(
        machine,
        size,
        dir == AbiDirection.FromDevice ? "invalidate" : "clean",
        _caches.SyncForDevice);

    /// <summary>The hypercall takes one frame a call.</summary>
    private void FlushCaches(ulong machine, ulong size, string what, Action<ulong, ulong> sync)
    {
        while (size != 0)
        {
            ulong now = Math.Min(size, XenFrames.FrameBytes - (machine & XenFrames.OffsetMask));
            ulong phys = Reached(machine);
            _log.Info($"xen: cache flush ({what}) of 0x{machine:x}+0x{now:x}");
            if (phys == AbiConstants.NoAddress)
            {
                _log.Misuse("a cache flush of what the guest lacks");
            }
            sync(phys, now);
            machine += now;
            size -= now;
        }
    }
}
