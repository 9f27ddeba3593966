// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.CompilerServices;
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;
using Dmadiff.ManagedPort.Xen;

namespace Dmadiff.ManagedPort.Engine;

/// <content>The operations. Nothing here allocates, as long as nothing goes wrong.</content>
public sealed unsafe partial class PortEngine
{
    /// <summary>Ranges beyond this are mistakes of the caller, not bugs worth trying.</summary>
    private const ulong LargestRange = 1UL << 40;

    private void Execute(in AbiOp op, ref AbiResult result)
    {
        switch (op.Kind)
        {
            case AbiOpKind.Check:
                Check(ref result);
                CheckIova(ref result);
                break;
            case AbiOpKind.Cpu:
                result.Status =
                    _machine.Cpus.TrySwitch(op.Arg) ? AbiStatus.Ok : AbiStatus.BadOp;
                break;
            case AbiOpKind.Time:
                _machine.Deferred.PassTime(op.Arg);
                break;
            case AbiOpKind.Work:
                result.Value = _machine.Deferred.RunQueued();
                Account(ref result, _swiotlb.DefaultMem);
                break;
            case AbiOpKind.Rcu:
                result.Value = _machine.GracePeriods.End();
                Account(ref result, _swiotlb.DefaultMem);
                break;
            case AbiOpKind.FailAlloc:
                _machine.Failure.Arm(op.Arg);
                break;
            case AbiOpKind.Fill:
                Fill(in op, ref result);
                break;
            case AbiOpKind.XenForeign:
                MakeForeign(in op, ref result);
                break;
            case AbiOpKind.Map:
            case AbiOpKind.MapPhys:
            case AbiOpKind.SwiotlbMap:
                Map(in op, ref result);
                break;
            case AbiOpKind.SwiotlbAlloc:
                Alloc(in op, ref result);
                break;
            case AbiOpKind.MaxMappingSize:
                MaxMappingSize(in op, ref result);
                break;
            case AbiOpKind.DebugfsRead:
            case AbiOpKind.DebugfsWrite:
                AccessDebugfs(in op, ref result);
                break;
            case >= AbiOpKind.StaleRead and <= AbiOpKind.IommuFail:
                ExecuteIommu(in op, ref result);
                break;
            case AbiOpKind.IovaFree:
            case AbiOpKind.IovaFreeFast:
                FreeIova(in op, ref result);
                break;
            case AbiOpKind.IommuMapSg:
                IommuMapSg(in op, ref result);
                break;
            case AbiOpKind.PrepareMsi:
                PrepareMsi(in op, ref result);
                break;
            case AbiOpKind.GetSgtable:
                GetSgtable(in op, ref result);
                break;
            case >= AbiOpKind.IovaInit and <= AbiOpKind.CpuUp:
                ExecuteIova(in op, ref result);
                break;
            case >= AbiOpKind.Unmap and <= AbiOpKind.SwiotlbFree:
            case AbiOpKind.UnmapPhys:
            case AbiOpKind.NeedSync:
                ExecuteOnMapping(in op, ref result);
                break;
            case >= AbiOpKind.SgEntry and <= AbiOpKind.SgLength:
                ExecuteSg(in op, ref result);
                break;
            case >= AbiOpKind.Alloc and <= AbiOpKind.AddressingLimited:
                ExecuteApi(in op, ref result);
                break;
            default:
                result.Status = AbiStatus.BadOp;
                break;
        }
    }

    private void ExecuteOnMapping(in AbiOp op, ref AbiResult result)
    {
        if (op.Mapping >= MappingCapacity
            || op.Offset > LargestRange || op.Size > LargestRange)
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        ref Mapping mapping = ref _mappings[op.Mapping];
        if (!mapping.Live)
        {
            result.Status = AbiStatus.Skipped;
            return;
        }
        if (!Suits(mapping.MadeBy, op.Kind))
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        Device dev = _devices[mapping.Device];
        ulong address = mapping.Address + op.Offset;
        ulong phys = mapping.Phys + op.Offset;
        switch (op.Kind)
        {
            case AbiOpKind.NeedSync:
                result.Value = _dma.NeedSync(dev, address) ? 1UL : 0;
                Report(ref result, dev.Mem, AbiConstants.NoAddress, 0);
                break;
            case AbiOpKind.DevRead or AbiOpKind.DevWrite when mapping.MadeBy == AbiOpKind.MapSg:
                AccessList(in op, in mapping, dev, ref result);
                break;
            case AbiOpKind.DevRead:
            case AbiOpKind.DevWrite:
                AccessByDevice(in op, dev, address, ref result);
                Report(ref result, dev.Mem, phys, op.Size);
                break;
            case AbiOpKind.Unmap:
            case AbiOpKind.UnmapPhys:
            case AbiOpKind.SwiotlbUnmap:
                Unmap(in op, ref mapping, dev);
                result.DataDigest = DigestRange(in mapping, dev, 0, mapping.Size);
                Report(ref result, dev.Mem, mapping.Phys, mapping.Size);
                break;
            case AbiOpKind.SwiotlbFree:
                mapping.Live = false;
                result.Value = _swiotlb.Free(dev, mapping.Address) ? 1UL : 0;
                Report(ref result, dev.Mem, mapping.Phys, mapping.Size);
                break;
            default:
                Sync(op.Kind, dev, address, op.Size, mapping.Direction);
                result.DataDigest = DigestRange(in mapping, dev, op.Offset, op.Size);
                Report(ref result, dev.Mem, phys, op.Size);
                break;
        }
    }

    /// <summary>Whether an operation is meant for what a mapping was made by.</summary>
    private static bool Suits(AbiOpKind madeBy, AbiOpKind kind) => kind switch
    {
        AbiOpKind.DevRead or AbiOpKind.DevWrite =>
            madeBy is not (AbiOpKind.IovaAlloc or AbiOpKind.IovaAllocFast),
        AbiOpKind.Unmap => madeBy == AbiOpKind.Map,
        AbiOpKind.UnmapPhys => madeBy == AbiOpKind.MapPhys,
        AbiOpKind.SyncForCpu or AbiOpKind.SyncForDevice or AbiOpKind.NeedSync =>
            madeBy is AbiOpKind.Map or AbiOpKind.MapPhys,
        AbiOpKind.SwiotlbFree => madeBy == AbiOpKind.SwiotlbAlloc,
        _ => madeBy == AbiOpKind.SwiotlbMap,
    };

    private void Unmap(in AbiOp op, ref Mapping mapping, Device dev)
    {
        AbiAttr attrs = mapping.Attrs | op.Attrs;
        mapping.Live = false;
        mapping.Ended = op.Kind == AbiOpKind.Unmap;
        if (op.Kind is AbiOpKind.Unmap or AbiOpKind.UnmapPhys)
        {
            _dma.UnmapPageAttrs(
                dev, mapping.Address, mapping.Size, mapping.Direction, attrs);
        }
        else
        {
            _swiotlb.TblUnmapSingle(
                dev, mapping.Address, mapping.Size, mapping.Direction, attrs);
        }
    }

    private void Sync(AbiOpKind kind, Device dev, ulong address, ulong size, AbiDirection dir)
    {
        switch (kind)
        {
            case AbiOpKind.SyncForCpu:
                _dma.SyncSingleForCpu(dev, address, size, dir);
                break;
            case AbiOpKind.SyncForDevice:
                _dma.SyncSingleForDevice(dev, address, size, dir);
                break;
            case AbiOpKind.SwiotlbSyncForCpu:
                _swiotlb.SyncSingleForCpu(dev, address, size, dir);
                break;
            default:
                _swiotlb.SyncSingleForDevice(dev, address, size, dir);
                break;
        }
    }

    private void Map(in AbiOp op, ref AbiResult result)
    {
        if (!CanMake(in op) || !IsInBuffer(in op))
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        if (op.Kind == AbiOpKind.MapPhys && !_dma.HasMapPhys)
        {
            Fail(ref result, Errno.NotSupported);
            return;
        }
        Device dev = _devices[op.Device];
        ulong phys = _buffers[op.Buffer].Base + op.Offset;
        ulong address = op.Kind is AbiOpKind.Map or AbiOpKind.MapPhys
            ? _dma.MapPageAttrs(dev, phys, op.Size, op.Direction, op.Attrs)
            : SwiotlbMap(in op, dev, phys);
        ulong led = op.Kind == AbiOpKind.SwiotlbMap ? address : Resolve(dev, address);
        Make(in op, address, led, op.Buffer, ref result);
        if (address != Swiotlb.MappingError && PoolHolding(dev.Mem, led) is not null)
        {
            result.DataDigest = DigestSlotsHolding(0, led, op.Size);
        }
        Report(ref result, dev.Mem, led, op.Size);
    }

    private ulong SwiotlbMap(in AbiOp op, Device dev, ulong phys)
    {
        uint alignMask = (uint)op.Arg;
        ulong allocSize = KernelMath.Align(op.Size, (ulong)alignMask + 1);
        return _swiotlb.TblMapSingle(dev, phys, op.Size, allocSize, alignMask, op.Attrs);
    }

    private void Alloc(in AbiOp op, ref AbiResult result)
    {
        if (!CanMake(in op))
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        Device dev = _devices[op.Device];
        ulong address = _swiotlb.Alloc(dev, op.Size, _machine.Encryption.IsOn);
        Make(in op, address, address, Mapping.NoBuffer, ref result);
        Report(ref result, dev.Mem, address, op.Size);
    }

    private void MaxMappingSize(in AbiOp op, ref AbiResult result)
    {
        if (op.Device >= (uint)_devices.Length)
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        Device dev = _devices[op.Device];
        result.Value = _dma.MaxMappingSize(dev);
        Report(ref result, dev.Mem, AbiConstants.NoAddress, 0);
    }

    private void Fill(in AbiOp op, ref AbiResult result)
    {
        if (!IsInBuffer(in op))
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        byte* bytes = _machine.Memory.At(
            _buffers[op.Buffer].Base + op.Offset, op.Size, "fill");
        Pattern.Write(op.Arg, bytes, op.Size);
    }

    /// <summary>A page of a guest becomes another domain's.</summary>
    private void MakeForeign(in AbiOp op, ref AbiResult result)
    {
        AbiOp page = op;
        page.Size = 1;
        if (!IsInBuffer(in page))
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        ulong phys = _buffers[op.Buffer].Base + op.Offset;
        bool done = _machine.Xen.HasGuest && _machine.Xen.Frames.TryMapForeign(
            phys >> XenFrames.FrameShift, op.Arg >> XenFrames.FrameShift);
        Fail(ref result, done ? 0 : Errno.Invalid);
    }

    private void AccessDebugfs(in AbiOp op, ref AbiResult result)
    {
        if (op.Device > (uint)_pools.Length || op.Arg >= (ulong)AbiDebugfsFile.Files)
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        IoTlbMem? mem = MemAt((int)op.Device);
        var file = (AbiDebugfsFile)op.Arg;
        int error = file is >= AbiDebugfsFile.PoolSizeDma and <= AbiDebugfsFile.PoolSizeKernel
            ? AccessPoolSize(in op, file, out result.Value)
            : op.Kind == AbiOpKind.DebugfsRead
            ? _swiotlb.DebugfsRead(mem, file, out result.Value)
            : Swiotlb.DebugfsWrite(mem, file, op.Size);
        Fail(ref result, error);
        if (mem is not null)
        {
            Report(ref result, mem, AbiConstants.NoAddress, 0);
        }
    }

    /// <summary>Their mode is 0400: nobody writes to them.</summary>
    private int AccessPoolSize(in AbiOp op, AbiDebugfsFile file, out ulong value)
    {
        value = 0;
        if (!_configuration.Has(KernelOption.DebugFs))
        {
            return Errno.NoEntry;
        }
        if (op.Kind == AbiOpKind.DebugfsWrite)
        {
            return Errno.Access;
        }
        value = _atomicPools.BytesOf(file switch
        {
            AbiDebugfsFile.PoolSizeDma => PageZone.Dma,
            AbiDebugfsFile.PoolSizeDma32 => PageZone.Dma32,
            _ => PageZone.Normal,
        });
        return 0;
    }

    /// <summary>Whether an operation may make a mapping. What its handle stood for before is
    /// then out of reach, come what may.</summary>
    private bool CanMake(in AbiOp op)
    {
        if (op.Device >= (uint)_devices.Length || op.Mapping >= MappingCapacity
            || _mappings[op.Mapping].Live)
        {
            return false;
        }
        _mappings[op.Mapping].Ended = false;
        return true;
    }

    private bool IsInBuffer(in AbiOp op)
    {
        if (op.Buffer >= (uint)_buffers.Length)
        {
            return false;
        }
        ulong bytes = _buffers[op.Buffer].Bytes;
        return bytes != 0 && op.Offset <= bytes && op.Size <= bytes - op.Offset;
    }

    private void Make(
        in AbiOp op, ulong address, ulong phys, uint buffer, ref AbiResult result)
    {
        if (address == Swiotlb.MappingError)
        {
            result.Status = AbiStatus.MappingError;
            return;
        }
        result.Value = address;
        _mappingsTouched = Math.Max(_mappingsTouched, (int)op.Mapping + 1);
        _mappings[op.Mapping] = new Mapping
        {
            Live = true,
            MadeBy = op.Kind,
            Device = op.Device,
            Buffer = buffer,
            BufferOffset = op.Offset,
            Address = address,
            Phys = phys,
            Size = op.Size,
            Direction = op.Direction,
            Attrs = op.Attrs,
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fail(ref AbiResult result, int error)
    {
        if (error != 0)
        {
            result.Status = AbiStatus.Errno;
            result.Error = error;
        }
    }
}
