// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Engine;

/// <content>Coherent memory, resources, and questions about a device.</content>
public sealed unsafe partial class PortEngine
{
    private void ExecuteApi(in AbiOp op, ref AbiResult result)
    {
        switch (op.Kind)
        {
            case AbiOpKind.Alloc:
            case AbiOpKind.PoolAlloc:
                AllocCoherent(in op, ref result);
                break;
            case AbiOpKind.MapResource:
                MapResource(in op, ref result);
                break;
            case AbiOpKind.OptMappingSize:
            case AbiOpKind.RequiredMask:
            case AbiOpKind.AddressingLimited:
                Ask(in op, ref result);
                break;
            default:
                UseCoherent(in op, ref result);
                break;
        }
    }

    private void AllocCoherent(in AbiOp op, ref AbiResult result)
    {
        var gfp = (AbiGfp)op.Arg;
        bool fromPool = op.Kind == AbiOpKind.PoolAlloc;
        bool fits = fromPool
            ? gfp is > AbiGfp.Kernel and < AbiGfp.Choices
            : gfp <= AbiGfp.Atomic;
        if (!fits || op.Arg > uint.MaxValue || op.Size > LargestRange || !CanMake(in op))
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        Device dev = _devices[op.Device];
        bool isCookie = false;
        ulong cpu;
        ulong address = fromPool
            ? cpu = _atomicPools.Alloc(
                dev, _machine.Pages.WholePages(op.Size), ZoneOf(gfp), op.Attrs)
            : _dma.AllocAttrs(
                dev, op.Size, gfp == AbiGfp.Kernel, op.Attrs, out cpu, out isCookie);
        ulong phys = fromPool ? address : Resolve(dev, address);
        Make(in op, address, phys, Mapping.NoBuffer, ref result);
        if (address != Swiotlb.MappingError)
        {
            _mappings[op.Mapping].Cpu = cpu;
            _mappings[op.Mapping].IsCookie = isCookie;
            if (!_unobserved && _machine.Memory.Contains(phys, op.Size))
            {
                byte* bytes = _machine.Memory.At(phys, op.Size, "digest");
                result.DataDigest = Digest.Of(0, bytes, op.Size);
            }
        }
        Report(ref result, dev.Mem, phys, op.Size);
    }

    private static PageZone ZoneOf(AbiGfp gfp) => gfp switch
    {
        AbiGfp.AtomicDma32 => PageZone.Dma32,
        AbiGfp.AtomicDma => PageZone.Dma,
        _ => PageZone.Normal,
    };

    private void MapResource(in AbiOp op, ref AbiResult result)
    {
        if (!CanMake(in op) || op.Size > LargestRange)
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        Device dev = _devices[op.Device];
        ulong address = _dma.MapResource(dev, op.Arg, op.Size, op.Direction);
        ulong phys = Resolve(dev, address);
        Make(in op, address, phys, Mapping.NoBuffer, ref result);
        Report(ref result, dev.Mem, phys, op.Size);
    }

    private void Ask(in AbiOp op, ref AbiResult result)
    {
        if (op.Device >= (uint)_devices.Length)
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        Device dev = _devices[op.Device];
        result.Value = op.Kind switch
        {
            AbiOpKind.OptMappingSize => _dma.OptMappingSize(dev),
            AbiOpKind.RequiredMask => _dma.GetRequiredMask(dev),
            _ => _dma.IsAddressingLimited(dev) ? 1UL : 0,
        };
        Report(ref result, dev.Mem, AbiConstants.NoAddress, 0);
    }

    private void UseCoherent(in AbiOp op, ref AbiResult result)
    {
        if (op.Mapping >= MappingCapacity
            || op.Offset > LargestRange || op.Size > LargestRange)
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        ref Mapping mapping = ref _mappings[op.Mapping];
        if (!mapping.Live || !SuitsApi(mapping.MadeBy, op.Kind))
        {
            result.Status = mapping.Live ? AbiStatus.BadOp : AbiStatus.Skipped;
            return;
        }
        Device dev = _devices[mapping.Device];
        if (op.Kind is AbiOpKind.CpuWrite or AbiOpKind.CpuRead)
        {
            AccessByCpu(in op, in mapping, dev, ref result);
            return;
        }
        mapping.Live = false;
        switch (op.Kind)
        {
            case AbiOpKind.Free:
                _dma.FreeAttrs(
                    dev, mapping.Size, mapping.Address, mapping.Cpu, mapping.IsCookie,
                    mapping.Attrs);
                break;
            case AbiOpKind.PoolFree:
                ulong whole = _machine.Pages.WholePages(mapping.Size);
                result.Value = _atomicPools.Free(mapping.Address, whole) ? 1UL : 0;
                break;
            default:
                _dma.UnmapResource(dev, mapping.Address, mapping.Size, mapping.Direction);
                break;
        }
        Report(ref result, dev.Mem, mapping.Phys, mapping.Size);
    }

    private static bool SuitsApi(AbiOpKind madeBy, AbiOpKind kind) => kind switch
    {
        AbiOpKind.Free => madeBy == AbiOpKind.Alloc,
        AbiOpKind.PoolFree => madeBy == AbiOpKind.PoolAlloc,
        AbiOpKind.UnmapResource => madeBy == AbiOpKind.MapResource,
        AbiOpKind.CpuRead or AbiOpKind.CpuWrite =>
            madeBy is AbiOpKind.Alloc or AbiOpKind.PoolAlloc,
        _ => false,
    };

    private void AccessByCpu(
        in AbiOp op, in Mapping mapping, Device dev, ref AbiResult result)
    {
        if (mapping.IsCookie || op.Offset > mapping.Size
            || op.Size > mapping.Size - op.Offset)
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        byte* bytes = _machine.Memory.At(mapping.Cpu + op.Offset, op.Size, "CPU");
        if (op.Kind == AbiOpKind.CpuWrite)
        {
            Pattern.Write(op.Arg, bytes, op.Size);
        }
        else
        {
            result.DataDigest = Digest.Of(0, bytes, op.Size);
        }
        Report(ref result, dev.Mem, mapping.Phys + op.Offset, op.Size);
    }
}
