// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>What the user asked for.</summary>
/// <param name="Series">An mbox, a patch, a folder of patches, a range such as "v6.1..topic",
/// or "-".</param>
/// <param name="Tree">The user's repository; null to take the kernels that have names.</param>
/// <param name="Base">The revision to put the series on; null to find one.</param>
/// <param name="Input">What "-" reads; not read otherwise.</param>
/// <param name="IsPart">Whether it is one patch of a series whose others are not at hand: none
/// is missed, and where the tree's HEAD has the patch, its base is the commit before.</param>
public sealed record SeriesRequest(
    string Series, string? Tree, string? Base, Stream Input, bool IsPart = false);
