// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Shrinking;

/// <summary>Simpler forms of one operation: defaults, smaller and rounder numbers.</summary>
internal static class OperationSimplifications
{
    /// <summary>The boldest first. Each is simpler by an order that has no cycles.</summary>
    public static IEnumerable<Operation> Of(Operation operation)
    {
        if (operation.SkipSync)
        {
            yield return operation with { SkipSync = false };
        }

        if (operation.NoWarn)
        {
            yield return operation with { NoWarn = false };
        }

        if (operation.Attrs != AbiAttr.None)
        {
            yield return operation with { Attrs = AbiAttr.None };
        }

        foreach (var entries in FewerEntries(operation.Entries))
        {
            yield return operation with { Entries = entries };
        }

        var syntax = OperationSyntax.Of(operation.Kind);
        if (syntax is null)
        {
            yield break;
        }

        if (syntax.Operands.Contains(Operand.Direction)
            && operation.Direction != AbiDirection.ToDevice)
        {
            yield return operation with { Direction = AbiDirection.ToDevice };
        }

        foreach (var offset in Smaller(operation.Offset, 0))
        {
            yield return operation with { Offset = offset };
        }

        foreach (var size in Sizes(operation, syntax))
        {
            yield return operation with { Size = size };
        }

        var least = syntax.Operands.Contains(Operand.Align)
            || operation.Kind is OperationKind.Cpu or OperationKind.DebugfsWrite
                or OperationKind.ScatterList or OperationKind.SgAddress
                or OperationKind.SgLength or OperationKind.Alloc or OperationKind.PoolAlloc
                ? 0UL
                : 1;
        foreach (var number in SmallerNumber(operation.Number, least, syntax))
        {
            yield return operation with { Number = number };
        }
    }

    // Half of them, each alone left out, and each a page.
    private static IEnumerable<ValueList<ScatterPlace>> FewerEntries(
        ValueList<ScatterPlace> entries)
    {
        if (entries.Count > 2)
        {
            yield return ValueList.From(entries.Take(entries.Count / 2));
            yield return ValueList.From(entries.Skip(entries.Count / 2));
        }

        for (var i = 0; i < entries.Count && entries.Count > 1; i++)
        {
            var index = i;
            yield return ValueList.From(entries.Where((_, j) => j != index));
        }

        for (var i = 0; i < entries.Count; i++)
        {
            var index = i;
            foreach (var size in Smaller(entries[i].Size, 1))
            {
                yield return ValueList.From(entries.Select(
                    (entry, j) => j == index ? entry with { Size = size } : entry));
            }
        }
    }

    private static IEnumerable<ulong> SmallerNumber(
        ulong number,
        ulong least,
        OperationSyntax syntax) =>
        syntax.Operands.Contains(Operand.Align)
            ? new ulong[] { 0, 0xfff, number >> 1 }.Where(n => n < number).Distinct()
            : new ulong[] { least }.Where(n => n < number);

    // Small granules are no simpler than that of a page.
    private static IEnumerable<ulong> Sizes(Operation operation, OperationSyntax syntax) =>
        !syntax.Operands.Contains(Operand.Granule) ? Smaller(operation.Size, 1)
        : operation.Size == 4096 ? []
        : [4096];

    private static IEnumerable<ulong> Smaller(ulong value, ulong least) =>
        new ulong[]
        {
            least, 512, 2048, 4096, RoundDown(value, 4096), RoundDown(value, 2048), value / 2,
        }
            .Where(candidate => candidate >= least && candidate < value)
            .Distinct();

    private static ulong RoundDown(ulong value, ulong grain) => value / grain * grain;
}
