// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Traces;

/// <summary>What a trace needs of an engine, by what is declared and done in it.</summary>
public static class TraceNeeds
{
    /// <summary>All that the trace needs.</summary>
    public static EngineCapabilities Of(Trace trace) =>
        (trace.Devices.Any(device => device.Iommu.Mode != AbiIommuMode.None)
            ? EngineCapabilities.Iommu
            : EngineCapabilities.None)
        | (trace.Configuration.Has(KernelOption.SwiotlbDynamic)
            ? EngineCapabilities.DynamicPools
            : EngineCapabilities.None);
}
