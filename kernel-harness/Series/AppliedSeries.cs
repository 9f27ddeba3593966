// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>A series on a base.</summary>
/// <param name="Base">The base.</param>
/// <param name="Store">The repository that has all commits.</param>
/// <param name="Results">One for each patch, up to the first that does not apply.</param>
internal sealed record AppliedSeries(
    SeriesBase Base, SeriesStore Store, IReadOnlyList<AppliedPatch> Results)
{
    /// <summary>Why the series does not apply; null if it does.</summary>
    public PatchFailure? Failure => Results.Count > 0 ? Results[^1].Failure : null;
}
