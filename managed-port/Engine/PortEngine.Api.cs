// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.InteropServices;
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
                dev, _machine.Pages.WholePages(op.Size), ZoneOf(gfp), op.Attrs, shared: false)
            : _dma.AllocAttrs(
                dev, op.Size, gfp == AbiGfp.Kernel, op.Attrs, out cpu, out isCookie);
        ulong phys = fromPool ? address : Resolve(dev, address);
        Make(in op, address, phys, Mapping.NoBuffer, ref result);
        if (address != Swiotlb.MappingError)
        {
            _mappings[op.Mapping].Cpu = cpu;
            _mappings[op.Mapping].IsCookie = isCookie;
            _mappings[op.Mapping].IsUncached =
                !fromPool && dev is { UsesDmaIommu: true, IsCoherent: false, Coherent: null };
            if (!_unobserved && _dmaIommu.PagesOf(dev, address) is { } pages)
            {
                result.DataDigest =
                    AccessPages(in op, in _mappings[op.Mapping], pages, write: false);
            }
            else if (!_unobserved && !(isCookie && phys == AbiConstants.NoAddress))
            {
                // Behind an IOMMU a device's own memory is where only the CPU gets to.
                ulong at = _machine.Memory.Contains(phys, op.Size) ? phys : cpu;
                byte* bytes = SeenByCpu(in _mappings[op.Mapping], at, op.Size);
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
                _dma.UnmapResource(
                    dev, mapping.Address, mapping.Size, mapping.Direction,
                    mapping.Attrs | op.Attrs);
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
        bool write = op.Kind == AbiOpKind.CpuWrite;
        if (mapping.MadeBy == AbiOpKind.Alloc
            && _dmaIommu.PagesOf(dev, mapping.Address) is { } pages)
        {
            result.DataDigest = AccessPages(in op, in mapping, pages, write);
        }
        else
        {
            byte* bytes = SeenByCpu(in mapping, mapping.Cpu + op.Offset, op.Size);
            result.DataDigest = AccessBytes(in op, bytes, write);
        }
        Report(ref result, dev.Mem, mapping.Phys + op.Offset, op.Size);
    }

    private byte* SeenByCpu(in Mapping mapping, ulong address, ulong size) =>
        _machine.Caches.SeenBy(!mapping.IsUncached, address, size);

    private static ulong AccessBytes(in AbiOp op, byte* bytes, bool write)
    {
        if (write)
        {
            Pattern.Write(op.Arg, bytes, op.Size);
            return 0;
        }
        return Digest.Of(0, bytes, op.Size);
    }

    /// <summary>The CPU's access to memory that is in pieces, which it sees as one.</summary>
    /// <returns>The digest of what was read, or 0.</returns>
    private ulong AccessPages(in AbiOp op, in Mapping mapping, ulong[] pages, bool write)
    {
        var bytes = (byte*)NativeMemory.Alloc((nuint)Math.Max(op.Size, 1));
        ulong digest = write ? AccessBytes(in op, bytes, write) : 0;
        ulong pageBytes = _machine.Pages.WholePages(1);
        ulong now;
        for (ulong done = 0; done < op.Size; done += now)
        {
            ulong at = op.Offset + done;
            now = Math.Min(op.Size - done, pageBytes - (at % pageBytes));
            byte* page = SeenByCpu(
                in mapping, pages[at / pageBytes] + (at % pageBytes), now);
            Buffer.MemoryCopy(write ? bytes + done : page, write ? page : bytes + done, now, now);
        }
        digest = write ? digest : AccessBytes(in op, bytes, write);
        NativeMemory.Free(bytes);
        return digest;
    }
}
