// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <content>Copying between a mapping's slots and what it stands for.</content>
public sealed unsafe partial class Swiotlb
{
    private const string Bounces = "swiotlb_bounce";

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
        int index = (int)((tlbAddr - pool.Start) >> SlotShift);
        IoTlbSlot* slot = pool.Slots.At(index, Bounces);
        ulong origAddr = slot->OrigAddr;
        ulong allocSize = slot->AllocSize;

        if (origAddr == IoTlbSlot.NoAddress)
        {
            return;
        }

        uint slotOffset = (uint)tlbAddr & (SlotBytes - 1);
        uint origOffset = AlignOffset(dev, 0, origAddr);
        if (_profile.ChecksBounceStart)
        {
            if (IsOutsideSlot(dev, slotOffset, origOffset, allocSize, size))
            {
                return;
            }
        }
        // Without the check it is negative where the address is in the first bytes of a
        // slot that is not the mapping's first: sign extension makes that come out right.
        ulong tlbOffset = (ulong)(int)(slotOffset - origOffset);
        origAddr += tlbOffset;
        allocSize -= tlbOffset;

        if (size > allocSize)
        {
            if (_warnedOverflow.First())
            {
                WarnDevice(
                    dev,
                    Bounces,
                    $"Buffer overflow detected. Allocation size: {allocSize}. "
                    + $"Mapping size: {size}.");
            }
            size = allocSize;
        }
        if (size == 0)
        {
            return;
        }
        byte* bounced = _memory.At(tlbAddr, size, Bounces);
        byte* original = _memory.At(origAddr, size, Bounces);
        if (toDevice)
        {
            Buffer.MemoryCopy(original, bounced, size, size);
        }
        else
        {
            Buffer.MemoryCopy(bounced, original, size, size);
        }
    }

    /// <summary>6.1's checks: an address ahead of the slot's data, or past all of it.</summary>
    private bool IsOutsideSlot(
        Device dev, uint slotOffset, uint origOffset, ulong allocSize, ulong size)
    {
        if (slotOffset < origOffset)
        {
            if (_warnedBeforeStart.First())
            {
                WarnDevice(
                    dev,
                    Bounces,
                    $"Access before mapping start detected. orig offset {origOffset}, "
                    + $"requested offset {slotOffset}.");
            }
            return true;
        }
        uint tlbOffset = slotOffset - origOffset;
        if (tlbOffset > allocSize)
        {
            if (_warnedBeyondEnd.First())
            {
                WarnDevice(
                    dev,
                    Bounces,
                    $"Buffer overflow detected. Allocation size: {allocSize}. "
                    + $"Mapping size: {size}+{tlbOffset}.");
            }
            return true;
        }
        return false;
    }

    /// <summary>swiotlb_sync_single_for_device(): what the CPU wrote becomes visible.</summary>
    /// <exception cref="KernelDeathException">The direction is none: BUG.</exception>
    [Ports("kernel/dma/swiotlb.c", "swiotlb_sync_single_for_device", "6.1")]
    [Ports("include/linux/swiotlb.h", "swiotlb_sync_single_for_device", "6.12")]
    [Ports("kernel/dma/swiotlb.c", "__swiotlb_sync_single_for_device", "6.12")]
    public void SyncSingleForDevice(Device dev, ulong tlbAddr, ulong size, AbiDirection dir)
    {
        if (PoolToUse(dev, tlbAddr) is not { } pool)
        {
            return;
        }
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
    [Ports("include/linux/swiotlb.h", "swiotlb_sync_single_for_cpu", "6.12")]
    [Ports("kernel/dma/swiotlb.c", "__swiotlb_sync_single_for_cpu", "6.12")]
    public void SyncSingleForCpu(Device dev, ulong tlbAddr, ulong size, AbiDirection dir)
    {
        if (PoolToUse(dev, tlbAddr) is not { } pool)
        {
            return;
        }
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
