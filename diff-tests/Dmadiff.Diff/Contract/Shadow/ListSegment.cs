// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Contract.Shadow;

/// <summary>A segment of a mapped scatterlist.</summary>
/// <param name="Address">What the device was given.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Entries">How many entries begin in it.</param>
internal readonly record struct ListSegment(ulong Address, ulong Size, int Entries);
