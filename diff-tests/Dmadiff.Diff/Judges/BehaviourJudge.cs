// SPDX-License-Identifier: GPL-2.0-only
using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Dmadiff.Bindings;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Judges;

/// <summary>
/// Only what drivers and devices can observe must agree: for two revisions, which may keep
/// their books differently. Log lines are compared without function names.
/// </summary>
public sealed class BehaviourJudge : Judge
{
    private const ResultField Outcome = ResultField.Status | ResultField.Error | ResultField.Log;

    // Digests of slots, used counts and areas are the code's own business.
    private static readonly FrozenDictionary<AbiOpKind, ResultField> Table =
        new Dictionary<AbiOpKind, ResultField>
        {
            [AbiOpKind.Check] = Outcome | ResultField.Data,
            [AbiOpKind.Cpu] = Outcome,
            [AbiOpKind.Time] = Outcome,
            [AbiOpKind.FailAlloc] = Outcome,
            [AbiOpKind.Fill] = Outcome,
            [AbiOpKind.Map] = Outcome | ResultField.Value,
            [AbiOpKind.Unmap] = Outcome | ResultField.Data,
            [AbiOpKind.SyncForCpu] = Outcome | ResultField.Data,
            [AbiOpKind.SyncForDevice] = Outcome | ResultField.Data,
            [AbiOpKind.DevRead] = Outcome | ResultField.Data,
            [AbiOpKind.DevWrite] = Outcome,
            [AbiOpKind.SwiotlbMap] = Outcome | ResultField.Value,
            [AbiOpKind.SwiotlbUnmap] = Outcome | ResultField.Data,
            [AbiOpKind.SwiotlbSyncForCpu] = Outcome | ResultField.Data,
            [AbiOpKind.SwiotlbSyncForDevice] = Outcome | ResultField.Data,
            [AbiOpKind.SwiotlbAlloc] = Outcome | ResultField.Value,
            [AbiOpKind.SwiotlbFree] = Outcome | ResultField.Value,
            [AbiOpKind.MaxMappingSize] = Outcome | ResultField.Value,
            [AbiOpKind.DebugfsRead] = Outcome,
            [AbiOpKind.DebugfsWrite] = Outcome,
            [AbiOpKind.SgEntry] = Outcome,
            [AbiOpKind.MapSg] = Outcome | ResultField.Value,
            [AbiOpKind.UnmapSg] = Outcome | ResultField.Data,
            [AbiOpKind.SyncSgForCpu] = Outcome | ResultField.Data,
            [AbiOpKind.SyncSgForDevice] = Outcome | ResultField.Data,
            [AbiOpKind.SgAddress] = Outcome | ResultField.Value,
            [AbiOpKind.SgLength] = Outcome | ResultField.Value,
            [AbiOpKind.IommuMapSg] = Outcome | ResultField.Value,
            [AbiOpKind.PrepareMsi] = Outcome | ResultField.Value,
            [AbiOpKind.GetSgtable] = Outcome | ResultField.Value,
            [AbiOpKind.Alloc] = Outcome | ResultField.Value | ResultField.Data,
            [AbiOpKind.Free] = Outcome,
            [AbiOpKind.CpuWrite] = Outcome,
            [AbiOpKind.CpuRead] = Outcome | ResultField.Data,
            [AbiOpKind.PoolAlloc] = Outcome | ResultField.Value | ResultField.Data,
            [AbiOpKind.PoolFree] = Outcome | ResultField.Value,
            [AbiOpKind.MapResource] = Outcome | ResultField.Value,
            [AbiOpKind.UnmapResource] = Outcome,
            [AbiOpKind.MapPhys] = Outcome | ResultField.Value,
            [AbiOpKind.UnmapPhys] = Outcome | ResultField.Data,
            [AbiOpKind.OptMappingSize] = Outcome | ResultField.Value,
            [AbiOpKind.RequiredMask] = Outcome | ResultField.Value,
            [AbiOpKind.AddressingLimited] = Outcome | ResultField.Value,
            [AbiOpKind.NeedSync] = Outcome,
            [AbiOpKind.IovaAlloc] = Outcome | ResultField.Value,
            [AbiOpKind.IovaAllocFast] = Outcome | ResultField.Value,
        }.ToFrozenDictionary();

    /// <inheritdoc/>
    public override string Name => "behaviour";

    /// <inheritdoc/>
    protected override ResultField BootFields => Outcome;

    /// <summary>A digest of all that counts: runs of the same trace with the same one do not
    /// differ.</summary>
    /// <param name="trace">What was run.</param>
    /// <param name="run">The run.</param>
    public static ulong Digest(LoweredTrace trace, EngineRun run)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < run.Boot.Length; i++)
        {
            Add(hash, run, i, run.Boot[i], Outcome);
        }

        for (var i = 0; i < run.Ops.Length; i++)
        {
            var fields = Observable(trace.Ops[i]);
            Add(hash, run, run.Boot.Length + i, run.Ops[i], fields);
        }

        return BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset());
    }

    /// <summary>A log line without the name of the function that complained, and without blanks
    /// that nobody sees.</summary>
    /// <param name="line">Level, space, text, as the specification has them.</param>
    public static string NormaliseLogLine(string line)
    {
        line = line.TrimEnd(' ');
        if (line.StartsWith("B ", StringComparison.Ordinal))
        {
            return "B";
        }

        if (!line.StartsWith("W ", StringComparison.Ordinal))
        {
            return line;
        }

        var colon = line.IndexOf(": ", StringComparison.Ordinal);
        return colon < 0 ? "W" : $"W {line[(colon + 2)..]}";
    }

    // An IOMMU's driver sees which pages it is to map, and in how many calls. How long its
    // IOTLB holds what, and how often it is flushed, is the kernel's choice.
    private static ResultField Observable(in AbiOp op) =>
        op.Kind == AbiOpKind.IotlbRead
        && (AbiIotlbCount)op.Arg is AbiIotlbCount.Mapped or AbiIotlbCount.MapCalls
            ? Outcome | ResultField.Value
            : Table.GetValueOrDefault(op.Kind, Outcome);

    private static void Add(
        IncrementalHash hash, EngineRun run, int step, in AbiResult result, ResultField fields)
    {
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        foreach (var field in ResultFields.Each(fields & ~ResultField.Log))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(value, ResultFields.Read(field, result));
            hash.AppendData(value);
        }

        foreach (var line in run.LogOf(step))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{step} {NormaliseLogLine(line)}\n"));
        }
    }

    /// <inheritdoc/>
    protected override ResultField FieldsOf(in AbiOp op) => Observable(op);

    /// <inheritdoc/>
    protected override bool IsPassing(AbiOpKind? kind, ResultField fields) =>
        fields == ResultField.Log
        || kind is AbiOpKind.DebugfsRead or AbiOpKind.DebugfsWrite;

    /// <inheritdoc/>
    protected override ResultField Reconsider(
        ResultField fields,
        EngineRun left,
        EngineRun right,
        int step)
    {
        if (!fields.HasFlag(ResultField.Log))
        {
            return fields;
        }

        var same = left.LogOf(step).Select(NormaliseLogLine)
            .SequenceEqual(right.LogOf(step).Select(NormaliseLogLine));
        return same ? fields & ~ResultField.Log : fields;
    }
}
