// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Cli.Validation;

/// <summary>Tells what no kernel need survive.</summary>
internal static class DriverFault
{
    /// <summary>Whether a driver syncs what is not in its mapping.</summary>
    public static bool In(Trace trace)
    {
        var sizes = new Dictionary<string, ulong>(StringComparer.Ordinal);
        foreach (Operation operation in trace.Operations)
        {
            if (OperationSyntax.Of(operation.Kind)?.Use == MappingUse.Make)
            {
                sizes[operation.Mapping] = operation.Size;
            }
            else if (operation.Kind is OperationKind.SyncForCpu or OperationKind.SyncForDevice
                && sizes.TryGetValue(operation.Mapping, out ulong size)
                && operation.Offset + operation.Size > size)
            {
                return true;
            }
        }

        return false;
    }
}
