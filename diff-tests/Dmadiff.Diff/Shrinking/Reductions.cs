// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Shrinking;

/// <summary>Takes things out of a trace, together with what cannot be without them.</summary>
internal static class Reductions
{
    public static Trace WithoutOperations(Trace trace, int start, int count) =>
        KeepOperations(trace, (_, i) => i < start || i >= start + count);

    public static Trace WithOperation(Trace trace, int index, Operation operation) =>
        trace with
        {
            Operations = ValueList.From(
                trace.Operations.Select((old, i) => i == index ? operation : old)),
        };

    public static Trace WithoutDevice(Trace trace, int index)
    {
        var name = trace.Devices[index].Name;
        var left = KeepOperations(trace, (operation, _) => operation.Device != name);
        return left with { Devices = Without(trace.Devices, index) };
    }

    public static Trace WithoutBuffer(Trace trace, int index)
    {
        var name = trace.Buffers[index].Name;
        var left = KeepOperations(trace, (operation, _) => operation.Buffer != name
            && !operation.Entries.Any(entry => entry.Buffer == name));
        return left with { Buffers = Without(trace.Buffers, index) };
    }

    public static Trace WithoutPool(Trace trace, int index)
    {
        var name = trace.Pools[index].Name;
        var left = KeepOperations(trace, (operation, _) => operation.Pool != name);
        return left with
        {
            Pools = Without(trace.Pools, index),
            Devices = ValueList.From(trace.Devices.Select(device =>
                device.Pool == name ? device with { Pool = "" } : device)),
        };
    }

    // What uses a mapping that is made no more goes with it, as does an expectation that has
    // nothing before it.
    private static Trace KeepOperations(Trace trace, Func<Operation, int, bool> keep)
    {
        var live = new HashSet<string>();
        var lists = new HashSet<string>();
        var domains = new HashSet<string>();
        var domainOf = new Dictionary<string, string>();
        var kept = new List<Operation>();
        for (var i = 0; i < trace.Operations.Count; i++)
        {
            var operation = trace.Operations[i];
            if (!keep(operation, i))
            {
                continue;
            }

            var syntax = OperationSyntax.Of(operation.Kind);
            if (operation.Kind == OperationKind.ExpectLast && kept.Count == 0)
            {
                continue;
            }

            if (operation.Kind == OperationKind.ScatterList)
            {
                lists.Add(operation.List);
            }
            else if (operation.List.Length > 0 && !lists.Contains(operation.List))
            {
                continue;
            }

            if (syntax is { HasDomain: true })
            {
                if (syntax.DomainUse == MappingUse.Make)
                {
                    domains.Add(operation.Domain);
                }
                else if (!domains.Contains(operation.Domain))
                {
                    continue;
                }
                else if (syntax.DomainUse == MappingUse.End)
                {
                    domains.Remove(operation.Domain);
                    live.RemoveWhere(m => domainOf.GetValueOrDefault(m) == operation.Domain);
                }
            }

            if (syntax is { Family: not MappingFamily.None })
            {
                if (syntax.Use == MappingUse.Make)
                {
                    live.Add(operation.Mapping);
                    domainOf[operation.Mapping] = operation.Domain;
                }
                else if (!live.Contains(operation.Mapping))
                {
                    continue;
                }
            }

            kept.Add(operation);
        }

        return trace with { Operations = ValueList.From(kept) };
    }

    private static ValueList<T> Without<T>(ValueList<T> items, int index) =>
        ValueList.From(items.Where((_, i) => i != index));
}
