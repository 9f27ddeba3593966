// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Judges;

/// <summary>The fields of a result, as a set. Lower bits tell more of what is wrong, and are
/// named first.</summary>
[Flags]
public enum ResultField
{
    /// <summary>No field.</summary>
    None = 0,

    /// <summary>What came of it.</summary>
    Status = 1 << 0,

    /// <summary>-errno.</summary>
    Error = 1 << 1,

    /// <summary>Address, size or count.</summary>
    Value = 1 << 2,

    /// <summary>Digest of every byte touched.</summary>
    Data = 1 << 3,

    /// <summary>Digest of the lines logged.</summary>
    Log = 1 << 4,

    /// <summary>Lines logged since boot.</summary>
    LogLines = 1 << 5,

    /// <summary>Slots used in the pool.</summary>
    Used = 1 << 6,

    /// <summary>High-water mark of the pool, in slots.</summary>
    Hiwater = 1 << 7,

    /// <summary>The area touched.</summary>
    Area = 1 << 8,

    /// <summary>Slots used in the area.</summary>
    AreaUsed = 1 << 9,

    /// <summary>Where the area's next search starts.</summary>
    AreaIndex = 1 << 10,

    /// <summary>Digest of the slots around the mapping.</summary>
    Slots = 1 << 11,

    /// <summary>Every field.</summary>
    All = (1 << 12) - 1,
}

/// <summary>What kind of thing differs.</summary>
public enum FieldGroup
{
    /// <summary>Status and error.</summary>
    Status,

    /// <summary>The address handed to the device.</summary>
    Address,

    /// <summary>A size or count that was asked for.</summary>
    Value,

    /// <summary>Bytes.</summary>
    Data,

    /// <summary>Log lines.</summary>
    Log,

    /// <summary>Used counts, high-water marks, areas.</summary>
    Accounting,

    /// <summary>The slot table.</summary>
    Slots,
}

/// <summary>What is to be known of each field of a result.</summary>
public static class ResultFields
{
    private static readonly (ResultField Field, string Name, Func<AbiResult, ulong> Read)[] Table =
    [
        (ResultField.Status, "status", r => (ulong)r.Status),
        (ResultField.Error, "error", r => unchecked((ulong)r.Error)),
        (ResultField.Value, "value", r => r.Value),
        (ResultField.Data, "data digest", r => r.DataDigest),
        (ResultField.Log, "log digest", r => r.LogDigest),
        (ResultField.LogLines, "log lines", r => r.LogLines),
        (ResultField.Used, "used", r => r.Used),
        (ResultField.Hiwater, "hiwater", r => r.Hiwater),
        (ResultField.Area, "area", r => r.Area),
        (ResultField.AreaUsed, "area used", r => r.AreaUsed),
        (ResultField.AreaIndex, "area index", r => r.AreaIndex),
        (ResultField.Slots, "slot digest", r => r.SlotDigest),
    ];

    /// <summary>What the fields are for operations on IOVA domains.</summary>
    private static readonly (ResultField Field, string Name)[] IovaNames =
    [
        (ResultField.Value, "first pfn"),
        (ResultField.Data, "ranges around"),
        (ResultField.Used, "ranges"),
        (ResultField.Hiwater, "magazines"),
        (ResultField.Area, "order"),
        (ResultField.AreaUsed, "loaded pfns"),
        (ResultField.AreaIndex, "in the depot"),
        (ResultField.Slots, "caches"),
    ];

    /// <summary>The fields in which two results differ, of those asked for.</summary>
    public static ResultField Differing(in AbiResult left, in AbiResult right, ResultField asked)
    {
        var differing = ResultField.None;
        foreach (var row in Table)
        {
            if (asked.HasFlag(row.Field) && row.Read(left) != row.Read(right))
            {
                differing |= row.Field;
            }
        }

        return differing;
    }

    /// <summary>Each of a set of fields, in order.</summary>
    public static IEnumerable<ResultField> Each(ResultField set) =>
        Table.Select(row => row.Field).Where(field => set.HasFlag(field));

    /// <summary>What reports call a field.</summary>
    public static string NameOf(ResultField field, AbiOpKind? kind) =>
        kind is >= AbiOpKind.IovaInit and <= AbiOpKind.CpuUp
            && Array.Find(IovaNames, row => row.Field == field).Name is { } name
            ? name
            : field == ResultField.Value && GroupOf(field, kind) == FieldGroup.Address
            ? "address"
            : Array.Find(Table, row => row.Field == field).Name;

    /// <summary>A field's value as reports show it.</summary>
    public static string Format(ResultField field, AbiOpKind? kind, in AbiResult result) =>
        field switch
        {
            ResultField.Status => TraceWords.Of(result.Status),
            ResultField.Error => $"{result.Error}",
            ResultField.Data or ResultField.Log or ResultField.Slots =>
                $"{Read(field, result):x16}",
            ResultField.Value when GroupOf(field, kind) != FieldGroup.Value =>
                Quantity.FormatHex(result.Value),
            ResultField.Area when result.Area == AbiConstants.None => "none",
            _ => $"{Read(field, result)}",
        };

    /// <summary>The kind of thing that a field is.</summary>
    /// <param name="field">One field.</param>
    /// <param name="kind">The op whose result it is of, or null at boot.</param>
    public static FieldGroup GroupOf(ResultField field, AbiOpKind? kind) => field switch
    {
        ResultField.Status or ResultField.Error => FieldGroup.Status,
        ResultField.Value => kind switch
        {
            AbiOpKind.Map or AbiOpKind.MapPhys or AbiOpKind.MapResource or AbiOpKind.SgAddress
                or AbiOpKind.Alloc or AbiOpKind.PoolAlloc or AbiOpKind.PrepareMsi
                or AbiOpKind.SwiotlbMap or AbiOpKind.SwiotlbAlloc
                or AbiOpKind.IovaAlloc or AbiOpKind.IovaAllocFast => FieldGroup.Address,
            AbiOpKind.Check => FieldGroup.Accounting,
            _ => FieldGroup.Value,
        },
        ResultField.Data => FieldGroup.Data,
        ResultField.Log or ResultField.LogLines => FieldGroup.Log,
        ResultField.Slots => FieldGroup.Slots,
        _ => FieldGroup.Accounting,
    };

    /// <summary>A field's value as a number.</summary>
    internal static ulong Read(ResultField field, in AbiResult result) =>
        Array.Find(Table, row => row.Field == field).Read(result);
}
