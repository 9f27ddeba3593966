// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Traces;

/// <summary>What a trace needs of an engine, by what is declared and done in it.</summary>
public static class TraceNeeds
{
    /// <summary>All that the trace needs.</summary>
    public static EngineCapabilities Of(Trace trace) =>
        (trace.Devices.Any(device => device.Iommu.Mode != AbiIommuMode.None)
            || trace.Operations.Any(operation => IsOfIommu(operation.Kind))
            ? EngineCapabilities.Iommu
            : EngineCapabilities.None)
        | (trace.Configuration.Has(KernelOption.SwiotlbDynamic)
            ? EngineCapabilities.DynamicPools
            : EngineCapabilities.None)
        | (trace.Configuration.Has(KernelOption.Xen)
            ? EngineCapabilities.Xen
            : EngineCapabilities.None)
        | (trace.Configuration.Has(KernelOption.DmaDebug)
            ? EngineCapabilities.DmaDebug
            : EngineCapabilities.None)
        | (trace.Operations.Any(o => MapsPages(trace, o))
            ? EngineCapabilities.MappedPages
            : EngineCapabilities.None);

    private static bool MapsPages(Trace trace, Operation operation) =>
        operation.Kind == OperationKind.IommuMapSg
        || (operation.Kind == OperationKind.Alloc
            && !operation.Attrs.HasFlag(AbiAttr.ForceContiguous)
            && trace.Devices.Any(d => d.Name == operation.Device
                && d.Iommu.Mode is AbiIommuMode.Strict or AbiIommuMode.Lazy));

    private static bool IsOfIommu(OperationKind kind) => kind
        is OperationKind.StaleRead or OperationKind.StaleWrite
        or OperationKind.IommuMap or OperationKind.IommuMapSg
        or OperationKind.IommuUnmap or OperationKind.IovaToPhys
        or OperationKind.IotlbRead or OperationKind.IommuFail or OperationKind.PrepareMsi;
}
