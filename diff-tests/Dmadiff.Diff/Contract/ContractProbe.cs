// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Contract;

/// <summary>
/// What the checker adds to the end of a trace: everything is unmapped, and then each device
/// maps as much as it was promised.
/// </summary>
internal static class ContractProbe
{
    /// <summary>A copy of the trace with these operations.</summary>
    /// <param name="trace">A trace.</param>
    /// <param name="watcher">Has run it, but for the final check.</param>
    public static LoweredTrace Extend(LoweredTrace trace, ContractWatcher watcher)
    {
        var operations = trace.Trace.Operations.ToList();
        var shadow = watcher.Shadow;
        var ended = shadow.Live.Where(mapping => mapping.EndedBy != OperationKind.Check);
        operations.AddRange(ended.Select(mapping => new Operation(
            mapping.EndedBy ?? EndOf(mapping.Maker.Kind))
        {
            Mapping = mapping.Name,
        }));
        operations.AddRange(EndsOfIovas(trace.Trace));
        operations.Add(new Operation(OperationKind.Check));
        var name = FreeName(trace.Trace);
        var largest = trace.Trace.Buffers.Index()
            .Where(buffer => shadow.Buffers[buffer.Index] is not null)
            .OrderByDescending(buffer => buffer.Item.Bytes)
            .Select(buffer => buffer.Item)
            .FirstOrDefault();
        for (var i = 0; i < trace.Setup.Devices.Length && largest is not null; i++)
        {
            var promised = watcher.MaxMappingSize(i);
            if (promised == 0)
            {
                continue;
            }

            // The most bytes are skipped when all bits that are preserved are set.
            var offset = Math.Min(shadow.Devices[i].MinAlign, largest.Bytes / 2);
            var size = Math.Min(promised, largest.Bytes - offset);
            operations.Add(new Operation(OperationKind.Map)
            {
                Mapping = name,
                Device = trace.Trace.Devices[i].Name,
                Buffer = largest.Name,
                Offset = offset,
                Size = size,
                Direction = AbiDirection.ToDevice,
            });
            operations.Add(new Operation(OperationKind.Unmap) { Mapping = name });
        }

        return TraceLowering.Lower(
            trace.Trace with { Operations = ValueList.From(operations) });
    }

    private static IEnumerable<Operation> EndsOfIovas(Trace trace)
    {
        var live = new Dictionary<string, Operation>(StringComparer.Ordinal);
        foreach (var operation in trace.Operations)
        {
            if (operation.Kind == OperationKind.IovaPut)
            {
                foreach (var ended in live.Values.Where(l => l.Domain == operation.Domain).ToList())
                {
                    live.Remove(ended.Mapping);
                }
            }
            else if (operation.Kind is OperationKind.IovaAlloc or OperationKind.IovaAllocFast)
            {
                live[operation.Mapping] = operation;
            }
            else
            {
                live.Remove(operation.Mapping);
            }
        }

        return live.Values.Select(made => new Operation(
            made.Kind == OperationKind.IovaAlloc
                ? OperationKind.IovaFree
                : OperationKind.IovaFreeFast)
        {
            Mapping = made.Mapping,
        });
    }

    private static OperationKind EndOf(AbiOpKind maker) => maker switch
    {
        AbiOpKind.SwiotlbMap => OperationKind.SwiotlbUnmap,
        AbiOpKind.SwiotlbAlloc => OperationKind.SwiotlbFree,
        _ => OperationKind.Unmap,
    };

    private static string FreeName(Trace trace)
    {
        var taken = trace.Operations.Select(operation => operation.Mapping)
            .ToHashSet(StringComparer.Ordinal);
        var name = "probe";
        while (taken.Contains(name))
        {
            name += "x";
        }

        return name;
    }
}
