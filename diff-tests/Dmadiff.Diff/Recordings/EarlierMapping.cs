// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Recordings;

/// <summary>A mapping that is ended in a recording but was made before it, or in a gap.
/// </summary>
/// <param name="Device">Number of its device.</param>
/// <param name="DmaAddress">Its address.</param>
/// <param name="Size">Bytes.</param>
internal readonly record struct EarlierMapping(int Device, ulong DmaAddress, ulong Size);
