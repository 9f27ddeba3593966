// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.IoBufferPool;

/// <content>Copying between buffers and what was mapped.</content>
public sealed unsafe partial class BufferPool
{
    private const string Copier = "io_buffer_pool_do_sync";

    /// <summary>Hands part of a mapping of pages to the CPU, or to the device.</summary>
    /// <param name="iova">Where it starts.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="dir">The mapping's direction.</param>
    /// <param name="forCpu">To the CPU.</param>
    /// <returns>False when the address is not of a buffer.</returns>
    [PortsSeries(Series, File, "io_buffer_pool_sync_single")]
    public bool SyncSingle(ulong iova, ulong size, AbiDirection dir, bool forCpu)
    {
        if (!TryFind(iova, out _, out IoBufferSlot slot))
        {
            return false;
        }
        ulong offset = iova - slot.Iova;
        Sync(slot, offset, slot.OrigPage, offset, size, dir, forCpu);
        return true;
    }

    /// <summary>Hands a list to the CPU, or to the device.</summary>
    /// <returns>False when its address is not of a buffer, or of one that is not the list's: a
    /// list keeps the address that it had when it was last mapped.</returns>
    [PortsSeries(Series, File, "io_buffer_pool_sync_sg")]
    public bool SyncSg(ReadOnlySpan<ScatterEntry> list, AbiDirection dir, bool forCpu)
    {
        if (!TryFind(list[0].DmaAddress, out _, out IoBufferSlot slot)
            || slot.OrigTable != list[0].Table)
        {
            return false;
        }
        ulong offset = 0;
        foreach (ref readonly ScatterEntry entry in list)
        {
            Sync(slot, offset, entry.Phys, 0, entry.Length, dir, forCpu);
            offset += entry.Length;
        }
        return true;
    }

    [PortsSeries(Series, File, "io_buffer_needs_sync")]
    private static bool NeedsCopy(AbiDirection dir, bool forCpu) => dir switch
    {
        AbiDirection.Bidirectional => true,
        AbiDirection.FromDevice => forCpu,
        _ => !forCpu,
    };

    /// <summary>
    /// Copies one way, as far as the direction asks for it. Pages of a buffer that are in a row
    /// are copied as one.
    /// </summary>
    /// <param name="slot">Whose buffer.</param>
    /// <param name="offset">Where in the buffer.</param>
    /// <param name="orig">Physical address of what was mapped; null for none.</param>
    /// <param name="origOffset">Where in that.</param>
    /// <param name="size">Bytes; what is beyond the buffer ends the machine.</param>
    /// <param name="dir">The mapping's direction.</param>
    /// <param name="forCpu">Out of the buffer.</param>
    [PortsSeries(Series, File, "io_buffer_pool_do_sync")]
    private void Sync(
        IoBufferSlot slot, ulong offset, ulong? orig, ulong origOffset, ulong size,
        AbiDirection dir, bool forCpu)
    {
        bool copies = NeedsCopy(dir, forCpu);
        bool coherent = slot.Prot.IsCoherent;
        if (coherent && !copies)
        {
            return;
        }
        while (size > 0)
        {
            ulong bounce = RunAt(slot, offset, size, out ulong bytes);
            if (!coherent && forCpu)
            {
                _machine.Caches.SyncForCpu(bounce, bytes, dir);
            }
            if (copies)
            {
                if (orig is not { } start)
                {
                    KernelDeathException.Fault(Copier, 0);
                    return;
                }
                Copy(bounce, start + origOffset, bytes, forCpu);
            }
            if (!coherent && !forCpu)
            {
                _machine.Caches.SyncForDevice(bounce, bytes);
            }
            offset += bytes;
            origOffset += bytes;
            size -= bytes;
        }
    }

    /// <summary>How much of a buffer is in a row from an offset on.</summary>
    /// <returns>Physical address.</returns>
    private ulong RunAt(IoBufferSlot slot, ulong offset, ulong most, out ulong bytes)
    {
        ulong pageBytes = _machine.Pages.WholePages(1);
        ulong index = offset / pageBytes;
        ulong page = slot.PageAt(index, Copier);
        ulong inPage = offset % pageBytes;
        bytes = Math.Min(most, pageBytes - inPage);
        for (ulong next = index + 1;
            next < (ulong)slot.PageCount && bytes < most
                && slot.PageAt(next, Copier) == page + ((next - index) * pageBytes);
            next++)
        {
            bytes = Math.Min(most, bytes + pageBytes);
        }
        return page + inPage;
    }

    private void Copy(ulong bounce, ulong orig, ulong bytes, bool forCpu)
    {
        byte* buffer = _machine.Memory.At(bounce, bytes, Copier);
        byte* mapped = _machine.Memory.At(orig, bytes, Copier);
        Buffer.MemoryCopy(forCpu ? buffer : mapped, forCpu ? mapped : buffer, bytes, bytes);
        CopiedBytes += bytes;
    }
}
