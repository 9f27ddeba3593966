// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Ported;

namespace Dmadiff.Cli.Drift;

/// <summary>What became of a function that the port follows.</summary>
internal enum DriftState
{
    /// <summary>Its code is that of the release that the port follows.</summary>
    Unchanged,

    /// <summary>It is another.</summary>
    Changed,

    /// <summary>There is none of that name in its file.</summary>
    Gone,
}

/// <summary>A function that the port follows, in some revision.</summary>
/// <param name="Ported">The function.</param>
/// <param name="State">What became of it.</param>
/// <param name="Release">The release that it is held against, the one that its file is nearest
/// to.</param>
/// <param name="Text">Its code in the revision; empty when it is gone.</param>
internal sealed record DriftedFunction(
    PortedFunction Ported, DriftState State, string Release, string Text);
