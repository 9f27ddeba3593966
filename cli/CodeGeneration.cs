// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Cli;

/// <summary>Which generation of the code a kernel is like, by what its headers have: the
/// catalogue of known differences is kept by these names.</summary>
internal static class CodeGeneration
{
    /// <summary>Its name.</summary>
    /// <param name="features">What the kernel has, of the names in probes/features.txt.</param>
    public static string Of(IReadOnlySet<string> features) => features switch
    {
        var have when !have.Contains("DMD_HAVE_IO_TLB_AREAS") => "5.10",
        var have when !have.Contains("DMD_HAVE_IO_TLB_POOL") => "6.1",
        var have when have.Contains("DMD_HAVE_SWIOTLB_FORCE_FLAG") => "6.12",
        _ => "7.3",
    };
}
