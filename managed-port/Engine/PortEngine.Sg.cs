// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Engine;

/// <content>Scatterlists.</content>
public sealed unsafe partial class PortEngine
{
    private const int ListCapacity = 64;

    private readonly ScatterList?[] _lists = new ScatterList?[ListCapacity];

    private void ExecuteSg(in AbiOp op, ref AbiResult result)
    {
        switch (op.Kind)
        {
            case AbiOpKind.SgEntry:
                PutEntry(in op, ref result);
                return;
            case AbiOpKind.MapSg:
                MapSg(in op, ref result);
                return;
        }
        if (op.Mapping >= MappingCapacity
            || op.Offset > LargestRange || op.Size > LargestRange)
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        ref Mapping mapping = ref _mappings[op.Mapping];
        if (!mapping.Live || mapping.MadeBy != AbiOpKind.MapSg)
        {
            result.Status = mapping.Live ? AbiStatus.BadOp : AbiStatus.Skipped;
            return;
        }
        ScatterList list = _lists[mapping.Buffer]!;
        if (op.Kind is AbiOpKind.SgAddress or AbiOpKind.SgLength)
        {
            ReadSegment(in op, list, ref result);
            return;
        }
        Device dev = _devices[mapping.Device];
        switch (op.Kind)
        {
            case AbiOpKind.UnmapSg:
                mapping.Live = false;
                list.IsMapped = false;
                _dma.UnmapSgAttrs(
                    dev, list.Entries, mapping.Direction, mapping.Attrs | op.Attrs);
                break;
            case AbiOpKind.SyncSgForCpu:
                _dma.SyncSgForCpu(dev, list.Entries, mapping.Direction);
                break;
            default:
                _dma.SyncSgForDevice(dev, list.Entries, mapping.Direction);
                break;
        }
        ReportSegments(ref result, dev, list, DigestEntries(list));
    }

    private void PutEntry(in AbiOp op, ref AbiResult result)
    {
        ScatterList? list = op.Mapping < ListCapacity
            ? _lists[op.Mapping] ??= new ScatterList((int)op.Mapping + 1)
            : null;
        if (list is null || list.IsMapped || op.Arg >= ScatterList.Capacity
            || (op.Arg != 0 && op.Arg != (ulong)list.Count)
            || op.Size is 0 or > uint.MaxValue || !IsInBuffer(in op))
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        list.Put(
            (int)op.Arg,
            op.Buffer,
            op.Offset,
            _buffers[op.Buffer].Base + op.Offset,
            (uint)op.Size);
    }

    private void MapSg(in AbiOp op, ref AbiResult result)
    {
        ScatterList? list = op.Buffer < ListCapacity ? _lists[op.Buffer] : null;
        if (!CanMake(in op) || list is null || list.Count == 0 || list.IsMapped)
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        Device dev = _devices[op.Device];
        list.Forget();
        list.Segments = _dma.MapSgAttrs(dev, list.Entries, op.Direction, op.Attrs);
        if (list.Segments == 0)
        {
            Make(in op, Swiotlb.MappingError, 0, op.Buffer, ref result);
            Report(ref result, dev.Mem, AbiConstants.NoAddress, 0);
            return;
        }
        list.IsMapped = true;
        Make(in op, 0, 0, op.Buffer, ref result);
        result.Value = (ulong)list.Segments;
        ReportSegments(ref result, dev, list, DigestTable(list));
    }

    private static void ReadSegment(in AbiOp op, ScatterList list, ref AbiResult result)
    {
        if (op.Arg >= (ulong)list.Segments)
        {
            Fail(ref result, Errno.NoEntry);
            return;
        }
        ref ScatterEntry segment = ref list.Entries[(int)op.Arg];
        result.Value = op.Kind == AbiOpKind.SgAddress ? segment.DmaAddress : segment.DmaLength;
    }

    /// <summary>The device sees a mapped list as one stream of bytes. All of it is looked at
    /// before any is accessed.</summary>
    private void AccessList(
        in AbiOp op, in Mapping mapping, Device dev, ref AbiResult result)
    {
        ScatterList list = _lists[mapping.Buffer]!;
        foreach (SegmentPart part in Parts(list, op.Offset, op.Size))
        {
            if (!CanReach(dev, part.Address, part.Size, op.Kind == AbiOpKind.DevWrite))
            {
                result.Status = AbiStatus.BusError;
            }
        }
        if (result.Status != AbiStatus.Ok)
        {
            return;
        }
        AbiOp access = op;
        foreach (SegmentPart part in Parts(list, op.Offset, op.Size))
        {
            access.Size = part.Size;
            AccessByDevice(in access, dev, part.Address, ref result);
            access.Arg++;
        }
        Report(ref result, dev.Mem, AbiConstants.NoAddress, 0);
    }

    private static IEnumerable<SegmentPart> Parts(ScatterList list, ulong offset, ulong size)
    {
        for (int i = 0; i < list.Segments; i++)
        {
            bool last = i + 1 == list.Segments;
            ScatterEntry segment = list.Entries[i];
            if (!last && offset >= segment.DmaLength)
            {
                offset -= segment.DmaLength;
                continue;
            }
            ulong part = last ? size : Math.Min(size, segment.DmaLength - offset);
            yield return new SegmentPart(segment.DmaAddress + offset, part);
            size -= part;
            offset = 0;
            if (size == 0)
            {
                yield break;
            }
        }
    }

    /// <summary>The table is looked at, and freed.</summary>
    private void GetSgtable(in AbiOp op, ref AbiResult result)
    {
        if (op.Mapping >= MappingCapacity
            || op.Offset > LargestRange || op.Size > LargestRange)
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        ref readonly Mapping mapping = ref _mappings[op.Mapping];
        if (!mapping.Live || mapping.MadeBy != AbiOpKind.Alloc || mapping.IsCookie)
        {
            result.Status = mapping.Live ? AbiStatus.BadOp : AbiStatus.Skipped;
            return;
        }
        int error = _dma.GetSgtable(
            _devices[mapping.Device], mapping.Size, mapping.Address, mapping.Cpu,
            out ScatterEntry[] list);
        Fail(ref result, error);
        ulong digest = 0;
        ulong* words = stackalloc ulong[2];
        for (int i = 0; i < list.Length && error == 0 && !_unobserved; i++)
        {
            words[0] = list[i].Phys;
            words[1] = list[i].Length;
            digest = Digest.Of(digest, (byte*)words, 2 * sizeof(ulong));
        }
        result.Value = error == 0 ? (ulong)list.Length : 0;
        result.DataDigest = digest;
    }

    private void ReportSegments(ref AbiResult result, Device dev, ScatterList list, ulong digest)
    {
        if (_unobserved)
        {
            return;
        }
        AbiResult touched = default;
        ulong slots = 0;
        foreach (ref ScatterEntry segment in list.Entries[..list.Segments])
        {
            ulong address = Resolve(dev, segment.DmaAddress);
            if (PoolHolding(dev.Mem, address) is null)
            {
                continue;
            }
            digest = DigestSlotsHolding(digest, address, segment.DmaLength);
            Report(ref touched, dev.Mem, address, segment.DmaLength);
            ulong word = touched.SlotDigest;
            slots = Digest.Of(slots, (byte*)&word, sizeof(ulong));
        }
        Report(ref result, dev.Mem, AbiConstants.NoAddress, 0);
        result.DataDigest = digest;
        result.SlotDigest = slots;
    }

    private ulong DigestTable(ScatterList list)
    {
        ulong digest = 0;
        ulong* words = stackalloc ulong[2];
        foreach (ref ScatterEntry segment in list.Entries[..list.Segments])
        {
            words[0] = segment.DmaAddress;
            words[1] = segment.DmaLength;
            digest = Digest.Of(digest, (byte*)words, 2 * sizeof(ulong));
        }
        return _unobserved ? 0 : digest;
    }

    private ulong DigestEntries(ScatterList list)
    {
        ulong digest = 0;
        for (int i = 0; i < list.Count && !_unobserved; i++)
        {
            (uint buffer, ulong offset) = list.PlaceOf(i);
            digest = DigestAround(digest, buffer, offset, list.Entries[i].Length);
        }
        return digest;
    }

    private readonly record struct SegmentPart(ulong Address, ulong Size);
}
