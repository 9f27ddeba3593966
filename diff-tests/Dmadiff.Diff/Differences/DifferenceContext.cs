// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Differences;

/// <summary>What is known of a behavioural difference when its cause is looked up. The left
/// side is the older revision.</summary>
public sealed class DifferenceContext
{
    /// <summary>Looks at a divergence that a trace shows.</summary>
    public DifferenceContext(LoweredTrace trace, Divergence divergence)
    {
        Trace = trace;
        Divergence = divergence;
        if (divergence.AtBoot)
        {
            return;
        }

        Op = trace.Ops[divergence.Step];
        Maker = FindMaker();
        if (Maker is not { } maker)
        {
            return;
        }

        Device = trace.Setup.Devices[maker.Device];
        if (maker.Kind is AbiOpKind.Map or AbiOpKind.SwiotlbMap or AbiOpKind.MapPhys)
        {
            Original = trace.Setup.Buffers[maker.Buffer].Base + maker.Offset;
        }
    }

    /// <summary>The trace.</summary>
    public LoweredTrace Trace { get; }

    /// <summary>The divergence.</summary>
    public Divergence Divergence { get; }

    /// <summary>The diverging op; all zero at boot.</summary>
    public AbiOp Op { get; }

    /// <summary>The op that made the mapping in question, or null.</summary>
    public AbiOp? Maker { get; }

    /// <summary>The device of that mapping, or null.</summary>
    public AbiDevice? Device { get; }

    /// <summary>Physical address that was mapped; 0 when there is none.</summary>
    public ulong Original { get; }

    /// <summary>What differs first.</summary>
    public FieldGroup Group => Divergence.Signature.Group;

    /// <summary>The device's minimum alignment mask, or 0.</summary>
    public uint MinAlign => Device?.MinAlignMask ?? 0;

    /// <summary>The allocation alignment mask of the mapping, or 0.</summary>
    public ulong AllocAlign => Maker is { Kind: AbiOpKind.SwiotlbMap } maker ? maker.Arg : 0;

    /// <summary>Bytes that both revisions skip in the first slot to keep low bits.</summary>
    public ulong SlotOffset => Original & MinAlign & 0x7ff;

    /// <summary>True when the op makes a mapping.</summary>
    public bool Makes =>
        Divergence.Kind is AbiOpKind.Map or AbiOpKind.SwiotlbMap or AbiOpKind.SwiotlbAlloc;

    /// <summary>True when the op tells where a scatterlist's segments are, or makes them.
    /// </summary>
    public bool TellsSegments => Divergence.Kind
        is AbiOpKind.MapSg or AbiOpKind.SgAddress or AbiOpKind.SgLength;

    /// <summary>True when the older revision has no such function, and the newer has.</summary>
    public bool LeftHasNone => HasNone(Divergence.Left) && !HasNone(Divergence.Right);

    /// <summary>True when an atomic pool was to grow while allocations were to fail.</summary>
    public bool PoolGrowthFailedBefore
    {
        get
        {
            var armed = false;
            for (var i = 0; i < Divergence.Step && !Divergence.AtBoot; i++)
            {
                armed |= Trace.Ops[i].Kind == AbiOpKind.FailAlloc;
                if (armed && Trace.Ops[i].Kind is AbiOpKind.Time or AbiOpKind.Work)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Slots that the command line asks the default pool to have.</summary>
    public ulong AskedSlots
    {
        get
        {
            const string parameter = "swiotlb=";
            const ulong usual = 32768;
            var value = Trace.Setup.Cmdline.Split(' ')
                .LastOrDefault(word => word.StartsWith(parameter, StringComparison.Ordinal));
            var number = value?[parameter.Length..].Split(',')[0] ?? "";
            return Quantity.ParseNumber(number, out var asked) is null ? asked : usual;
        }
    }

    /// <summary>True when the default pool cannot have the size it is asked to have, since
    /// memory is no larger.</summary>
    public bool PoolShrinks => AskedSlots << 11 >= Trace.Setup.Machine.MemoryBytes;

    /// <summary>True when the op copies between a buffer and its bounce, or ends that.
    /// </summary>
    public bool Copies => Divergence.Kind is { } kind && IsCopy(kind);

    /// <summary>True when a mapping up to here has an allocation alignment and skips bytes in
    /// its first slot.</summary>
    public bool RoundedBefore
    {
        get
        {
            for (var i = 0; i <= Divergence.Step && !Divergence.AtBoot; i++)
            {
                var op = Trace.Ops[i];
                if (op is { Kind: AbiOpKind.SwiotlbMap, Arg: not 0 }
                    && ((Trace.Setup.Buffers[op.Buffer].Base + op.Offset)
                        & Trace.Setup.Devices[op.Device].MinAlignMask & 0x7ff) != 0)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>True when an op before this one copied from behind the end of its mapping.
    /// </summary>
    public bool LeftMappingBefore
    {
        get
        {
            for (var i = 0; i < Divergence.Step && !Divergence.AtBoot; i++)
            {
                var op = Trace.Ops[i];
                if (IsCopy(op.Kind) && MakerOf(i) is { } maker && op.Offset + op.Size > maker.Size)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>True when a mapping or an allocation before this one was made with any
    /// alignment.</summary>
    public bool AlignedBefore
    {
        get
        {
            for (var i = 0; i < Divergence.Step && !Divergence.AtBoot; i++)
            {
                var op = Trace.Ops[i];
                if (op is { Kind: AbiOpKind.SwiotlbMap, Arg: not 0 }
                    || (op.Kind is AbiOpKind.Map or AbiOpKind.MapSg or AbiOpKind.SwiotlbMap
                        && Trace.Setup.Devices[op.Device].MinAlignMask != 0)
                    || op.Kind == AbiOpKind.SwiotlbAlloc
                    || (op.Kind == AbiOpKind.Alloc && Trace.Setup.Devices[op.Device].Pool > 0))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>True when some allocation before or in this op was to fail.</summary>
    public bool AllocationFailsBefore => OpsBefore(o => o.Kind == AbiOpKind.FailAlloc) > 0;

    /// <summary>True when the IOMMU's driver was to refuse a page before this op.</summary>
    public bool IommuRefusesBefore => OpsBefore(o => o.Kind == AbiOpKind.IommuFail) > 0;

    /// <summary>How many ranges of IOVAs were freed into the caches before this op.</summary>
    public int FreedFastBefore => OpsBefore(o => o.Kind == AbiOpKind.IovaFreeFast);

    /// <summary>True when up to here caches were asked for a range that is no power of two,
    /// and that they can hold.</summary>
    public bool TookOddRangeBefore
    {
        get
        {
            const ulong cached = 32;
            bool Odd(AbiOp op) => op.Kind == AbiOpKind.IovaAllocFast
                && op.Size < cached && !ulong.IsPow2(op.Size);
            return Odd(Op) || OpsBefore(Odd) > 0;
        }
    }

    // The harness answers so for an entry point that the tree's headers do not declare.
    private static bool HasNone(AbiResult result) =>
        result is { Status: AbiStatus.Errno, Error: -95 };

    private int OpsBefore(Func<AbiOp, bool> which)
    {
        var count = 0;
        for (var i = 0; i < Divergence.Step && !Divergence.AtBoot; i++)
        {
            count += which(Trace.Ops[i]) ? 1 : 0;
        }

        return count;
    }

    private static bool IsCopy(AbiOpKind kind) => kind is AbiOpKind.SyncForCpu
        or AbiOpKind.SyncForDevice or AbiOpKind.SwiotlbSyncForCpu
        or AbiOpKind.SwiotlbSyncForDevice;

    private AbiOp? FindMaker() => Makes ? Op : MakerOf(Divergence.Step);

    // What made the mapping that an op is about.
    private AbiOp? MakerOf(int step)
    {
        // What makes an IOVA knows of a domain, not of a device.
        var operation = Trace.OperationOf(step);
        if (operation is null || operation.Mapping.Length == 0
            || OperationSyntax.Of(operation.Kind)!.Family
                is MappingFamily.Iova or MappingFamily.IovaFast)
        {
            return null;
        }

        for (var i = step - 1; i >= 0; i--)
        {
            var earlier = Trace.OperationOf(i)!;
            var use = OperationSyntax.Of(earlier.Kind)?.Use;
            if (use == MappingUse.Make && earlier.Mapping == operation.Mapping)
            {
                return Trace.Ops[i];
            }
        }

        return null;
    }
}
