// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.CompilerServices;
using Dmadiff.Bindings;

namespace Dmadiff.ManagedPort.Machine;

/// <summary>
/// Caches that keep all that CPUs and coherent devices do to themselves, until they are told:
/// the worst that a device which bypasses them can meet.
/// </summary>
public sealed unsafe class CpuCaches : IDisposable
{
    private readonly PhysicalMemory _memory;
    private readonly PhysicalMemory _behind = new();
    private bool _bypassed;

    /// <summary>Creates them.</summary>
    /// <param name="memory">RAM as the CPUs see it.</param>
    public CpuCaches(PhysicalMemory memory) => _memory = memory;

    /// <summary>Starts over, with nothing in the caches.</summary>
    /// <param name="bypassed">Whether there may be devices that bypass them.</param>
    /// <param name="memoryBytes">Bytes of RAM.</param>
    /// <exception cref="MachineException">The host has no room.</exception>
    public void PowerOn(bool bypassed, ulong memoryBytes)
    {
        _bypassed = bypassed;
        if (bypassed)
        {
            _behind.PowerOn(memoryBytes);
        }
    }

    /// <summary>arch_sync_dma_for_device(): what is cached is written out.</summary>
    public void SyncForDevice(ulong address, ulong size)
    {
        byte* from = _memory.At(address, size, "arch_sync_dma_for_device");
        Copy(from, _behind.At(address, size, "arch_sync_dma_for_device"), size);
    }

    /// <summary>arch_dma_prep_coherent(): what is cached of pages is written out, if any device
    /// bypasses the caches.</summary>
    public void PrepareCoherent(ulong address, ulong size)
    {
        if (_bypassed)
        {
            SyncForDevice(address, size);
        }
    }

    /// <summary>arch_sync_dma_for_cpu(): what is cached is dropped, unless the device has only
    /// read.</summary>
    public void SyncForCpu(ulong address, ulong size, AbiDirection dir)
    {
        if (dir != AbiDirection.ToDevice)
        {
            byte* from = _behind.At(address, size, "arch_sync_dma_for_cpu");
            Copy(from, _memory.At(address, size, "arch_sync_dma_for_cpu"), size);
        }
    }

    /// <summary>A CPU clears memory past the caches.</summary>
    public void ZeroBehind(ulong address, ulong size) =>
        new Span<byte>(_behind.At(address, size, "memset"), (int)size).Clear();

    /// <summary>What a device sees at an address of RAM, or a CPU that looks past the caches.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* SeenBy(bool coherent, ulong address, ulong size) =>
        (coherent || !_bypassed ? _memory : _behind).At(address, size, "device");

    /// <summary>A device has written: when it is coherent, others see that at once.</summary>
    public void Written(bool coherent, ulong address, ulong size)
    {
        if (coherent && _bypassed)
        {
            SyncForDevice(address, size);
        }
    }

    /// <summary>Copies RAM out as a device sees it that bypasses the caches.</summary>
    public int ReadBehind(ulong address, Span<byte> bytes) =>
        (_bypassed ? _behind : _memory).Read(address, bytes);

    /// <inheritdoc/>
    public void Dispose() => _behind.Dispose();

    private static void Copy(byte* from, byte* to, ulong size) =>
        Buffer.MemoryCopy(from, to, size, size);
}
