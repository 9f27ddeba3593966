// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract.Shadow;

namespace Dmadiff.Diff.Contract.Rules;

/// <summary>
/// C1 to C6 and C8 for coherent memory. dma-api.rst, dma_alloc_coherent(): the memory is within
/// the coherent mask, CPU and device see what the other wrote, and it is zeroed; dma-api-howto.rst:
/// it is aligned to the smallest page order that holds it. It is nobody else's, and atomic pools
/// never shrink.
/// </summary>
internal sealed class CoherentRule : ContractRule
{
    private readonly Dictionary<uint, Allocation> _live = [];
    private readonly Dictionary<ulong, ulong> _poolSizes = [];

    // What was given back since its device was given anything.
    private readonly HashSet<(uint Device, ulong Size)> _freed = [];

    private sealed record Allocation(
        AbiOp Maker, SeenMemory Memory, byte[] Bytes, bool BehindCaches)
    {
        public void Read(ContractStep step, ulong offset, Span<byte> bytes) =>
            Memory.Read(step.Engine, offset, bytes, BehindCaches);
    }

    public override void Judge(ContractStep step)
    {
        var op = step.Op;
        switch (op.Kind)
        {
            case AbiOpKind.Alloc or AbiOpKind.PoolAlloc when step.Succeeded:
                JudgeMade(step, step.Shadow.Devices[(int)op.Device]);
                break;
            case AbiOpKind.Alloc when step.Result.Status == AbiStatus.MappingError:
                JudgeRefused(step);
                break;
            case AbiOpKind.Free or AbiOpKind.PoolFree when step.Succeeded:
                if (_live.Remove(op.Mapping, out var ended) && op.Kind == AbiOpKind.Free)
                {
                    _freed.Add((ended.Maker.Device, ended.Maker.Size));
                }

                if (op.Kind == AbiOpKind.PoolFree && step.Result.Value == 0)
                {
                    step.Report(
                        ContractRuleId.Failure,
                        "memory of dma_alloc_from_pool() is taken back",
                        "dma_free_from_pool() returned false");
                }

                break;
            case AbiOpKind.CpuWrite or AbiOpKind.DevWrite
                when _live.TryGetValue(op.Mapping, out var written):
                // The parts around must not change, and the part itself is as written.
                Take(step, written, op.Offset, op.Size);
                TakeGuards(step, written.Memory);
                if (op.Kind == AbiOpKind.CpuWrite && step.Shadow.Find(op.Mapping) is { } slots)
                {
                    step.Engine.ReadMemory(slots.Address, slots.View);
                }

                JudgeBytes(step, op.Mapping, written);
                break;
            case AbiOpKind.CpuRead or AbiOpKind.DevRead
                when _live.TryGetValue(op.Mapping, out var read):
                JudgeBytes(step, op.Mapping, read);
                break;
            case AbiOpKind.Check:
                foreach (var (handle, allocation) in _live)
                {
                    JudgeBytes(step, handle, allocation);
                }

                break;
            case AbiOpKind.DebugfsRead when step.Succeeded:
                JudgePoolSize(step);
                break;
        }
    }

    /// <summary>Whether an access of the device leaves the allocation that it names.</summary>
    public bool IsOutside(in AbiOp op) =>
        op.Kind is AbiOpKind.DevRead or AbiOpKind.DevWrite
        && _live.TryGetValue(op.Mapping, out var known)
        && (op.Offset > known.Maker.Size || op.Size > known.Maker.Size - op.Offset);

    // Pages behind an IOVA may lie anywhere.
    private static void JudgeIova(
        ContractStep step, ShadowDevice device, ulong address, ulong size)
    {
        if (!device.ReachesCoherent(address, size) && !device.HasOwnMemory)
        {
            step.Report(
                ContractRuleId.Range,
                $"addresses up to 0x{device.CoherentLimit:x}",
                Span(address, size));
        }
    }

    // A device's own memory is all there is to take from.
    private void JudgeRefused(ContractStep step)
    {
        var op = step.Op;
        if (step.Shadow.Devices[(int)op.Device].HasOwnMemory
            && _freed.Contains((op.Device, op.Size)))
        {
            step.Report(
                ContractRuleId.Failure,
                "success: the place of an equal allocation has become free, and none was taken",
                "NULL");
        }
    }

    private void JudgeMade(ContractStep step, ShadowDevice device)
    {
        var op = step.Op;
        _freed.RemoveWhere(freed => freed.Device == op.Device);
        if (device.Iommu is not null && op.Kind == AbiOpKind.Alloc)
        {
            JudgeIova(step, device, step.Result.Value, op.Size);
            if (!device.HasOwnMemory)
            {
                JudgePages(step, device);
            }

            return;
        }

        var address = device.IsOfXen && op.Kind == AbiOpKind.Alloc
            ? step.Ask(new AbiOp { Kind = AbiOpKind.IovaToPhys, Mapping = op.Mapping }).Value
            : step.Result.Value;
        var reaches = device.ReachesCoherent(step.Result.Value, op.Size) || device.HasOwnMemory;
        if (!reaches || address > step.Shadow.MemoryBytes
            || op.Size > step.Shadow.MemoryBytes - address)
        {
            step.Report(
                ContractRuleId.Range,
                $"addresses up to 0x{device.CoherentLimit:x}, and memory",
                Span(address, op.Size));
            return;
        }

        if (device.IsOfXen && op.Kind == AbiOpKind.Alloc && MachinePieces.FirstTorn(
            step, step.Result.Value, address, op.Size) is { } torn)
        {
            step.Report(
                ContractRuleId.Range,
                MachinePieces.Expected,
                $"other memory from byte {torn} on");
        }

        var order = ShadowPool.PageOrderMask(op.Size, step.Shadow.PageBytes);
        if (op.Kind == AbiOpKind.Alloc && (address & order) != 0)
        {
            step.Report(
                ContractRuleId.Alignment,
                $"an address aligned to 0x{order + 1:x}",
                $"0x{address:x}");
        }

        Begin(step, device, new SeenMemory(address, op.Size), behindCaches: false);
    }

    // Behind an IOMMU its pages may lie anywhere, and the CPU's view of what is not coherent
    // goes around the caches.
    private void JudgePages(ContractStep step, ShadowDevice device)
    {
        var op = step.Op;
        var order = ShadowPool.PageOrderMask(op.Size, step.Shadow.PageBytes);
        if ((step.Result.Value & order) != 0)
        {
            step.Report(
                ContractRuleId.Alignment,
                $"an IOVA aligned to 0x{order + 1:x}",
                $"0x{step.Result.Value:x}");
        }

        var memory = SeenMemory.Behind(step, op.Mapping, 0, step.Result.Value, op.Size);
        if (memory.Size < op.Size)
        {
            step.Report(
                ContractRuleId.Data,
                $"memory behind IOVA 0x{step.Result.Value + memory.Size:x}",
                "none");
            return;
        }

        Begin(step, device, memory, !device.IsCoherent);
    }

    private void Begin(
        ContractStep step, ShadowDevice device, SeenMemory memory, bool behindCaches)
    {
        var op = step.Op;
        foreach (var (address, size) in memory.Parts)
        {
            if (Sharer(step, device, address, size) is { } other)
            {
                step.Report(
                    ContractRuleId.Exclusive, $"memory apart from {other}", Span(address, size));
                return;
            }
        }

        TakeGuards(step, memory);
        var allocation = new Allocation(op, memory, new byte[(int)op.Size], behindCaches);
        _live[op.Mapping] = allocation;
        if (op.Attrs.HasFlag(AbiAttr.NoKernelMapping))
        {
            Take(step, allocation, 0, op.Size);
            return;
        }

        var seen = new byte[allocation.Bytes.Length];
        allocation.Read(step, 0, seen);
        var first = seen.AsSpan().IndexOfAnyExcept((byte)0);
        if (first >= 0)
        {
            step.Report(
                ContractRuleId.NoLeak,
                $"0x00 at 0x{step.Result.Value + (ulong)first:x}: memory is zeroed",
                $"0x{seen[first]:x2}");
        }
    }

    private string? Sharer(ContractStep step, ShadowDevice device, ulong address, ulong size)
    {
        foreach (var (handle, other) in _live)
        {
            foreach (var part in other.Memory.Parts)
            {
                if (Overlap(address, size, part.Address, part.Size))
                {
                    return $"allocation {handle}, {Span(part.Address, part.Size)}";
                }
            }
        }

        foreach (var buffer in step.Shadow.Buffers)
        {
            if (buffer?.Overlaps(address, size) == true)
            {
                return $"buffer {buffer.Name}, {Span(buffer.Base, buffer.Bytes)}";
            }
        }

        var pool = step.Shadow.Pools.Find(p =>
            p.Overlaps(address, size) && !(device.IsRestricted && p.Index == device.Pool));
        return pool is null ? null : $"pool {pool.Name}, {Span(pool.Start, pool.Bytes)}";
    }

    private static void JudgeBytes(ContractStep step, uint handle, Allocation allocation)
    {
        var seen = new byte[allocation.Bytes.Length];
        allocation.Read(step, 0, seen);
        var same = seen.AsSpan().CommonPrefixLength(allocation.Bytes);
        if (same < seen.Length)
        {
            step.Report(
                ContractRuleId.Data,
                $"0x{allocation.Bytes[same]:x2} at byte {same} of allocation {handle}",
                $"0x{seen[same]:x2}");
        }
        else if (step.Shadow.Devices[(int)allocation.Maker.Device].Iommu is not null)
        {
            JudgeViews(step, handle, allocation.Maker.Size);
        }
    }

    // CPU and device come to it by addresses of their own.
    private static void JudgeViews(ContractStep step, uint handle, ulong size)
    {
        var cpu = step.Ask(new AbiOp { Kind = AbiOpKind.CpuRead, Mapping = handle, Size = size });
        var device = step.Ask(
            new AbiOp { Kind = AbiOpKind.DevRead, Mapping = handle, Size = size });
        if (cpu.Status == AbiStatus.Ok && device.Status == AbiStatus.Ok
            && cpu.DataDigest != device.DataDigest)
        {
            step.Report(
                ContractRuleId.Data,
                $"CPU and device see the same in allocation {handle}",
                "they do not");
        }
    }

    private static void Take(ContractStep step, Allocation allocation, ulong offset, ulong size)
    {
        if (offset <= (ulong)allocation.Bytes.Length
            && size <= (ulong)allocation.Bytes.Length - offset)
        {
            allocation.Read(step, offset, allocation.Bytes.AsSpan((int)offset, (int)size));
        }
    }

    // What lies next to a buffer is watched, and may well be an allocation.
    private static void TakeGuards(ContractStep step, SeenMemory memory)
    {
        foreach (var (address, size) in memory.Parts)
        {
            TakeGuards(step, address, size);
        }
    }

    private static void TakeGuards(ContractStep step, ulong address, ulong size)
    {
        // Whole pages are zeroed.
        size = (size + step.Shadow.PageBytes - 1) & ~(step.Shadow.PageBytes - 1);
        foreach (var buffer in step.Shadow.Buffers)
        {
            if (buffer is null)
            {
                continue;
            }

            var before = (int)(buffer.Base - buffer.Start);
            if (Overlap(address, size, buffer.Start, (ulong)before))
            {
                step.Engine.ReadMemory(buffer.Start, buffer.Content.AsSpan(0, before));
            }

            var end = before + (int)buffer.Bytes;
            var after = buffer.Content.Length - end;
            if (Overlap(address, size, buffer.Base + buffer.Bytes, (ulong)after))
            {
                step.Engine.ReadMemory(
                    buffer.Base + buffer.Bytes, buffer.Content.AsSpan(end, after));
            }
        }
    }

    private void JudgePoolSize(ContractStep step)
    {
        var file = (AbiDebugfsFile)step.Op.Arg;
        if (file is < AbiDebugfsFile.PoolSizeDma or > AbiDebugfsFile.PoolSizeKernel)
        {
            return;
        }

        var before = _poolSizes.GetValueOrDefault(step.Op.Arg);
        _poolSizes[step.Op.Arg] = step.Result.Value;
        if (step.Result.Value < before)
        {
            step.Report(
                ContractRuleId.Accounting,
                $"{file} {before} or more: atomic pools do not shrink",
                $"{step.Result.Value}");
        }
    }

    private static bool Overlap(ulong start, ulong bytes, ulong otherStart, ulong otherBytes) =>
        start < otherStart ? bytes > otherStart - start : otherBytes > start - otherStart;
}
