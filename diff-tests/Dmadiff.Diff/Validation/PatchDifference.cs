// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Differences;

namespace Dmadiff.Diff.Validation;

/// <summary>A change of what drivers and devices can see.</summary>
/// <param name="Against">Number of the patch that it is seen against; 0 for the base.</param>
/// <param name="With">The option of the configuration that is on; null for none.</param>
/// <param name="Group">How they differ.</param>
public sealed record PatchDifference(int Against, AddedSwitch? With, DifferenceGroup Group);
