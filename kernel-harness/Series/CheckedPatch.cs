// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>A patch that can be applied, if the tree fits.</summary>
/// <param name="Mail">Where it comes from.</param>
/// <param name="Number">Its place in the series, from 1 on.</param>
/// <param name="Files">What its diff does.</param>
/// <param name="Binary">Paths of files that are not applied.</param>
internal sealed record CheckedPatch(
    PatchMail Mail, int Number, IReadOnlyList<DiffFile> Files, IReadOnlyList<string> Binary);
