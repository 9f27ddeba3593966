// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Shrinking;

/// <summary>Renames mappings without changing what a trace does.</summary>
internal static class MappingNames
{
    /// <summary>Gives every life of a mapping a name of its own, if any name has two.</summary>
    public static Trace MakeUnique(Trace trace)
    {
        var made = trace.Operations
            .Where(operation => OperationSyntax.Of(operation.Kind)?.Use == MappingUse.Make)
            .Select(operation => operation.Mapping)
            .ToList();
        return made.Distinct().Count() == made.Count ? trace : Renumber(trace);
    }

    /// <summary>Names mappings m0, m1, ..., IOVAs i0, i1, ..., in the order in which they are
    /// made.</summary>
    public static Trace Renumber(Trace trace)
    {
        var names = new Dictionary<string, string>();
        var made = 0;
        var operations = trace.Operations.Select(operation =>
        {
            var syntax = OperationSyntax.Of(operation.Kind);
            if (syntax is null or { Family: MappingFamily.None })
            {
                return operation;
            }

            if (syntax.Use == MappingUse.Make)
            {
                var letter = syntax.HasDomain ? 'i' : 'm';
                names[operation.Mapping] = $"{letter}{made++}";
            }

            return operation with { Mapping = names[operation.Mapping] };
        });
        return trace with { Operations = ValueList.From(operations) };
    }
}
