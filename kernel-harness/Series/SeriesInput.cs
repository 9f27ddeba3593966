// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>A file that holds one mail or patch, or many.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Path">Where it is.</param>
/// <param name="IsOne">Whether it is one patch whatever its first line looks like.</param>
internal sealed record SeriesInput(string Name, string Path, bool IsOne = false);
