// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Iommu;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Engine;

/// <content>The IOMMU core, and what its IOTLB shows.</content>
public sealed unsafe partial class PortEngine
{
    /// <summary>What the mappings of a device behind an IOMMU have cost.</summary>
    /// <param name="device">Its index.</param>
    public IommuEffort EffortOf(int device) => _devices[device].Iommu is { } client
        ? new IommuEffort(
            client.MapCalls + client.UnmapCalls + client.Flushes,
            client.PagesAsked,
            client.Domain?.Cookie?.BounceBuffers?.CopiedBytes ?? 0)
        : default;

    private void ExecuteIommu(in AbiOp op, ref AbiResult result)
    {
        switch (op.Kind)
        {
            case AbiOpKind.IommuFail:
                _machine.Iommu.RefusePage(op.Arg);
                break;
            case AbiOpKind.IotlbRead:
                ReadIotlb(in op, ref result);
                break;
            // The offset may be an address, and far from any range.
            case AbiOpKind.IovaToPhys when op.Mapping < MappingCapacity:
                UseIommuMapping(in op, in _mappings[op.Mapping], ref result);
                break;
            case var _ when op.Mapping >= MappingCapacity
                || op.Offset > LargestRange || op.Size > LargestRange:
                result.Status = AbiStatus.BadOp;
                break;
            case AbiOpKind.IommuMap:
                IommuMap(in op, ref result);
                break;
            case AbiOpKind.StaleRead:
            case AbiOpKind.StaleWrite:
                AccessStale(in op, in _mappings[op.Mapping], ref result);
                break;
            default:
                UseIommuMapping(in op, in _mappings[op.Mapping], ref result);
                break;
        }
    }

    private void ReadIotlb(in AbiOp op, ref AbiResult result)
    {
        if (op.Device >= (uint)_devices.Length || op.Arg >= (ulong)AbiIotlbCount.Counts)
        {
            result.Status = AbiStatus.BadOp;
        }
        else if (_devices[op.Device].Iommu?.Translation is { } translation)
        {
            result.Value = translation.Count((AbiIotlbCount)op.Arg);
        }
        else
        {
            Fail(ref result, Errno.NoDevice);
        }
    }

    private void IommuMap(in AbiOp op, ref AbiResult result)
    {
        if (_mappings[op.Mapping].Live || op.Device >= (uint)_devices.Length
            || !IsInBuffer(in op) || op.Direction > AbiDirection.FromDevice)
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        ulong phys = _buffers[op.Buffer].Base + op.Offset;
        int error = _devices[op.Device].Iommu?.Domain is { } domain
            ? _core.Map(domain, op.Arg, phys, op.Size, AccessOf(op.Direction))
            : Errno.NoDevice;
        if (error != 0)
        {
            Fail(ref result, error);
            return;
        }
        Make(in op, op.Arg, phys, op.Buffer, ref result);
        result.Value = 0;
    }

    /// <summary>The core only reads the list; what comes of it is as of iommu_map.</summary>
    private void IommuMapSg(in AbiOp op, ref AbiResult result)
    {
        ScatterList? list = op.Buffer < ListCapacity ? _lists[op.Buffer] : null;
        if (!CanMake(in op) || op.Direction > AbiDirection.FromDevice
            || list is null || list.Count == 0 || list.IsMapped)
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        list.Forget();
        ulong mapped = 0;
        int error = _devices[op.Device].Iommu?.Domain is { } domain
            ? _core.MapSg(domain, op.Arg, list.Entries, AccessOf(op.Direction), out mapped)
            : Errno.NoDevice;
        if (error != 0 || mapped == 0)
        {
            result.Status = AbiStatus.MappingError;
            Fail(ref result, error);
            return;
        }
        (uint buffer, ulong offset) = list.PlaceOf(0);
        Make(in op, op.Arg, list.Entries[0].Phys, buffer, ref result);
        ref Mapping mapping = ref _mappings[op.Mapping];
        mapping.MadeBy = AbiOpKind.IommuMap;
        mapping.BufferOffset = offset;
        mapping.Size = 0;
        foreach (ref ScatterEntry entry in list.Entries)
        {
            mapping.Size += entry.Length;
        }
        result.Value = mapped;
    }

    /// <summary>A message is a write of a word.</summary>
    private void PrepareMsi(in AbiOp op, ref AbiResult result)
    {
        const ulong messageBytes = 4;
        const ulong physicalEnd = 1UL << 52;
        if (op.Arg >= physicalEnd || !CanMake(in op))
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        Device dev = _devices[op.Device];
        int error = _dmaIommu.PrepareMsi(dev, op.Arg, out ulong address);
        if (error != 0)
        {
            Fail(ref result, error);
            return;
        }
        Make(in op, address, Resolve(dev, address), Mapping.NoBuffer, ref result);
        _mappings[op.Mapping].Size = messageBytes;
        _mappings[op.Mapping].Direction = AbiDirection.FromDevice;
    }

    private static IommuAccess AccessOf(AbiDirection dir) =>
        (dir != AbiDirection.FromDevice ? IommuAccess.Read : IommuAccess.None)
        | (dir != AbiDirection.ToDevice ? IommuAccess.Write : IommuAccess.None);

    private void UseIommuMapping(in AbiOp op, in Mapping mapping, ref AbiResult result)
    {
        if (!mapping.Live)
        {
            result.Status = AbiStatus.Skipped;
            return;
        }
        bool unmaps = op.Kind == AbiOpKind.IommuUnmap;
        if (unmaps && mapping.MadeBy != AbiOpKind.IommuMap)
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        ulong address = mapping.Address + op.Offset;
        Device dev = _devices[mapping.Device];
        if (dev.Frames is not null && !unmaps)
        {
            result.Value = Resolve(dev, address);
            return;
        }
        if (dev.Iommu?.Domain is not { } domain)
        {
            Fail(ref result, Errno.NoDevice);
            return;
        }
        result.Value = unmaps
            ? _core.Unmap(domain, address, op.Size)
            : IommuCore.IovaToPhys(domain, address);
    }

    private void AccessStale(in AbiOp op, in Mapping mapping, ref AbiResult result)
    {
        if (mapping.Live || !mapping.Ended)
        {
            result.Status = AbiStatus.Skipped;
            return;
        }
        AccessByDevice(in op, _devices[mapping.Device], mapping.Address + op.Offset, ref result);
    }

    /// <summary>The physical address of what a device calls address, without the IOTLB.
    /// </summary>
    private ulong Resolve(Device dev, ulong address) =>
        dev.Frames is not null ? _machine.Xen.Reached(address)
        : dev.Iommu?.Translation is { } translation ? translation.Resolve(address) : address;
}
