// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.InteropServices;
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Engine;

/// <content>What devices do to memory.</content>
public sealed unsafe partial class PortEngine
{
    /// <summary>An access, whose digest is chained to the one in the result.</summary>
    private void AccessByDevice(
        in AbiOp op, Device dev, ulong address, ref AbiResult result)
    {
        bool write = op.Kind is AbiOpKind.DevWrite or AbiOpKind.StaleWrite;
        ulong whole = Translate(dev, address, op.Size, write, out ulong phys);
        if (whole == op.Size && _machine.Memory.Contains(phys, whole))
        {
            AccessAt(in op, dev, phys, write, ref result);
        }
        else if (whole == 0 || phys == address
            || !AccessPieces(in op, dev, address, write, ref result))
        {
            result.Status = AbiStatus.BusError;
        }
    }

    private void AccessAt(
        in AbiOp op, Device dev, ulong phys, bool write, ref AbiResult result)
    {
        if (!_machine.Encryption.IsShared(phys, op.Size))
        {
            result.Status = AbiStatus.Encrypted;
            return;
        }
        byte* bytes = _machine.Caches.SeenBy(dev.IsCoherent, phys, op.Size);
        if (write)
        {
            Pattern.Write(op.Arg, bytes, op.Size);
            _machine.Caches.Written(dev.IsCoherent, phys, op.Size);
        }
        else
        {
            result.DataDigest = Digest.Of(result.DataDigest, bytes, op.Size);
        }
    }

    /// <summary>An access to memory that is not contiguous, or not all there: what comes before
    /// a fault is written.</summary>
    private bool AccessPieces(
        in AbiOp op, Device dev, ulong address, bool write, ref AbiResult result)
    {
        // All of it would have to be in RAM.
        if (op.Size > _machine.Memory.Bytes)
        {
            return false;
        }
        var bytes = (byte*)NativeMemory.AllocZeroed((nuint)op.Size);
        if (write)
        {
            Pattern.Write(op.Arg, bytes, op.Size);
        }
        bool done = CopyPieces(dev, address, bytes, op.Size, write);
        if (done && !write)
        {
            result.DataDigest = Digest.Of(result.DataDigest, bytes, op.Size);
        }
        NativeMemory.Free(bytes);
        return done;
    }

    private bool CopyPieces(Device dev, ulong address, byte* bytes, ulong size, bool write)
    {
        ulong now;
        for (ulong done = 0; done < size; done += now)
        {
            now = Translate(dev, address + done, size - done, write, out ulong phys);
            if (now == 0 || !_machine.Memory.Contains(phys, now))
            {
                return false;
            }
            byte* memory = _machine.Caches.SeenBy(dev.IsCoherent, phys, now);
            if (write)
            {
                Buffer.MemoryCopy(bytes + done, memory, now, now);
                _machine.Caches.Written(dev.IsCoherent, phys, now);
            }
            else
            {
                Buffer.MemoryCopy(memory, bytes + done, now, now);
            }
        }
        return true;
    }

    /// <summary>Whether all of a range is translated to RAM.</summary>
    private bool CanReach(Device dev, ulong address, ulong size, bool write)
    {
        ulong now;
        for (ulong done = 0; done < size; done += now)
        {
            now = Translate(dev, address + done, size - done, write, out ulong phys);
            if (now == 0 || !_machine.Memory.Contains(phys, now))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Bytes from address on that are contiguous and may be accessed, at most size,
    /// and where they are.</summary>
    private ulong Translate(
        Device dev, ulong address, ulong size, bool write, out ulong phys)
    {
        if (dev.Frames is not null)
        {
            return _machine.Xen.Translate(address, size, out phys);
        }
        if (dev.Iommu?.Translation is { } translation)
        {
            IommuAccess wanted = write ? IommuAccess.Write : IommuAccess.Read;
            return translation.Translate(address, size, wanted, out phys);
        }
        phys = address;
        return size;
    }
}
