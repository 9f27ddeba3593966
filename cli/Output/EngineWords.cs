// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Cli.Output;

/// <summary>What engines may lack, in words that follow "has no".</summary>
internal static class EngineWords
{
    /// <summary>"IOMMU", or several joined by commas.</summary>
    public static string Of(EngineCapabilities lacking) => string.Join(
        ", ",
        Enum.GetValues<EngineCapabilities>()
            .Where(c => c != EngineCapabilities.None && lacking.HasFlag(c))
            .Select(Word));

    private static string Word(EngineCapabilities one) => one switch
    {
        EngineCapabilities.Iommu => "IOMMU",
        EngineCapabilities.DynamicPools => "growing pool",
        EngineCapabilities.MappedPages => "pages mapped together behind an IOMMU",
        _ => one.ToString(),
    };
}
