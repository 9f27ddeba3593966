// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <content>Copying between a mapping's slots and what it stands for.</content>
public sealed unsafe partial class Swiotlb
{
    private readonly string _bounces;
    private readonly string _copies;

    private OnceFlag _warnedBeforeStart;
    private OnceFlag _warnedBeyondEnd;
    private OnceFlag _warnedOverflow;

    /// <summary>
    /// Copies part of a mapping. The slot that the address falls in knows the original
    /// address of its first byte; what the address is past that, so is the original. The
    /// copy is cut to what the slot says is left of the mapping.
    /// </summary>
    /// <param name="dev">The device.</param>
    /// <param name="tlbAddr">Physical address in the pool.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="toDevice">From the original to the slots, or back.</param>
    /// <param name="pool">The pool.</param>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_bounce", "6.1", "6.12", "7.3")]
    private void Bounce(Device dev, ulong tlbAddr, ulong size, bool toDevice, IoTlbPool pool)
    {
        if (_hasDynamicSlots && !pool.Holds(tlbAddr))
        {
            DynBounce(dev, tlbAddr, size, toDevice);
            return;
        }
        int index = (int)((tlbAddr - pool.Start) >> SlotShift);
        IoTlbSlot* slot = pool.Slots.At(index, _bounces);
        ulong origAddr = slot->OrigAddr;
        if (origAddr == IoTlbSlot.NoAddress)
        {
            return;
        }
        uint slotOffset = (uint)tlbAddr & (SlotBytes - 1);
        uint origOffset = AlignOffset(dev, 0, origAddr);
        if (_profile.ChecksBounceStart && slotOffset < origOffset)
        {
            if (_warnedBeforeStart.First())
            {
                WarnDevice(
                    dev,
                    _bounces,
                    $"Access before mapping start detected. orig offset {origOffset}, "
                    + $"requested offset {slotOffset}.");
            }
            return;
        }
        Copy(
            dev, origAddr, tlbAddr, size, slot->AllocSize, slotOffset - origOffset, toDevice);
    }

    /// <summary>The part of a bounce that copies.</summary>
    /// <param name="dev">The device.</param>
    /// <param name="origAddr">Physical address of what the slot stands for.</param>
    /// <param name="tlbAddr">Physical address to bounce at.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="allocSize">Bytes that the slot stands for, with all that follow it.</param>
    /// <param name="offset">How far into these it begins. Unless that is checked it is negative
    /// where the address is in the first bytes of a slot that is not the mapping's first: sign
    /// extension makes that come out right.</param>
    /// <param name="toDevice">From the original to the slots, or back.</param>
    [PortsSeries(Series, SwiotlbFile, "swiotlb_copy")]
    private void Copy(
        Device dev, ulong origAddr, ulong tlbAddr, ulong size, ulong allocSize, uint offset,
        bool toDevice)
    {
        if (_profile.ChecksBounceStart && offset > allocSize)
        {
            if (_warnedBeyondEnd.First())
            {
                WarnDevice(
                    dev,
                    _copies,
                    $"Buffer overflow detected. Allocation size: {allocSize}. "
                    + $"Mapping size: {size}+{offset}.");
            }
            return;
        }
        ulong tlbOffset = (ulong)(int)offset;
        origAddr += tlbOffset;
        allocSize -= tlbOffset;

        if (size > allocSize)
        {
            if (_warnedOverflow.First())
            {
                WarnDevice(
                    dev,
                    _copies,
                    $"Buffer overflow detected. Allocation size: {allocSize}. "
                    + $"Mapping size: {size}.");
            }
            size = allocSize;
        }
        if (size == 0)
        {
            return;
        }
        byte* bounced = _memory.At(tlbAddr, size, _copies);
        byte* original = _memory.At(origAddr, size, _copies);
        if (toDevice)
        {
            Buffer.MemoryCopy(original, bounced, size, size);
        }
        else
        {
            Buffer.MemoryCopy(bounced, original, size, size);
        }
    }

    /// <summary>swiotlb_sync_single_for_device(): what the CPU wrote becomes visible.</summary>
    /// <exception cref="KernelDeathException">The direction is none: BUG.</exception>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_sync_single_for_device", "6.1")]
    [Ports("include/linux/swiotlb.h", "swiotlb_sync_single_for_device", "6.12", "7.3")]
    [Ports("kernel/dma/swiotlb.c", "__swiotlb_sync_single_for_device", "6.12", "7.3")]
    public void SyncSingleForDevice(Device dev, ulong tlbAddr, ulong size, AbiDirection dir)
    {
        if (PoolToUse(dev, tlbAddr) is { } pool)
        {
            SyncSingleForDevice(dev, tlbAddr, size, dir, pool);
        }
    }

    /// <summary>The same in a pool that is known.</summary>
    internal void SyncSingleForDevice(
        Device dev, ulong tlbAddr, ulong size, AbiDirection dir, IoTlbPool pool)
    {
        if (dir is AbiDirection.ToDevice or AbiDirection.Bidirectional)
        {
            Bounce(dev, tlbAddr, size, toDevice: true, pool);
        }
        else if (dir != AbiDirection.FromDevice)
        {
            _log.Bug(_profile.TrustsCallersAddress
                ? "swiotlb_sync_single_for_device"
                : "__swiotlb_sync_single_for_device");
        }
    }

    /// <summary>swiotlb_sync_single_for_cpu(): what the device wrote becomes visible.</summary>
    /// <exception cref="KernelDeathException">The direction is none: BUG.</exception>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_sync_single_for_cpu", "6.1")]
    [Ports("include/linux/swiotlb.h", "swiotlb_sync_single_for_cpu", "6.12", "7.3")]
    [Ports("kernel/dma/swiotlb.c", "__swiotlb_sync_single_for_cpu", "6.12", "7.3")]
    public void SyncSingleForCpu(Device dev, ulong tlbAddr, ulong size, AbiDirection dir)
    {
        if (PoolToUse(dev, tlbAddr) is { } pool)
        {
            SyncSingleForCpu(dev, tlbAddr, size, dir, pool);
        }
    }

    /// <summary>The same in a pool that is known.</summary>
    internal void SyncSingleForCpu(
        Device dev, ulong tlbAddr, ulong size, AbiDirection dir, IoTlbPool pool)
    {
        if (dir is AbiDirection.FromDevice or AbiDirection.Bidirectional)
        {
            Bounce(dev, tlbAddr, size, toDevice: false, pool);
        }
        else if (dir != AbiDirection.ToDevice)
        {
            _log.Bug(_profile.TrustsCallersAddress
                ? "swiotlb_sync_single_for_cpu"
                : "__swiotlb_sync_single_for_cpu");
        }
    }

    /// <summary>The pool that an address of a caller is taken to be in, or null: where callers
    /// are trusted, the device's own.</summary>
    private IoTlbPool? PoolToUse(Device dev, ulong tlbAddr) =>
        _profile.TrustsCallersAddress ? dev.Mem.DefaultPool : FindPool(dev, tlbAddr);

    /// <summary>WARN() with a device's name in front.</summary>
    private void WarnDevice(Device dev, string function, string text) =>
        _log.Warn(function, dev.Prefix + text);
}
