// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Recordings;

/// <summary>One operation of a replay, and what the recording says of it.</summary>
/// <param name="Op">The operation.</param>
/// <param name="Check">What is to be compared.</param>
/// <param name="Recorded">The address that the recorded kernel gave out.</param>
/// <param name="Line">Line of the recording, from 1; 0 for what is not in it.</param>
/// <param name="Time">When, in nanoseconds.</param>
public readonly record struct ReplayStep(
    AbiOp Op, AddressCheck Check, ulong Recorded, long Line, ulong Time)
{
    /// <summary>A mark that the recorded system made; the operation is none.</summary>
    public string? Mark { get; init; }
}

/// <summary>How the address that comes of an operation is held against the recorded one.
/// </summary>
public enum AddressCheck
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>Both are as far from the start of their pool.</summary>
    Bounce,

    /// <summary>The physical address itself, wherever that memory lies here.</summary>
    Direct,

    /// <summary>Both are the same.</summary>
    Iova,

    /// <summary>Both mappings failed.</summary>
    Failed,
}
