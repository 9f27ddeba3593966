// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Differences;

/// <summary>What is known to have changed in swiotlb between 6.12 and 7.3. The first entry that
/// applies is taken.</summary>
public static class KnownDifferences73
{
    /// <summary>The entries, in the order in which they are tried.</summary>
    public static IReadOnlyList<KnownDifference> Catalogue { get; } =
    [
        new(
            "force-flag",
            "swiotlb_init_remap",
            "An architecture could have everything bounced by a flag of swiotlb_init(), "
            + "SWIOTLB_FORCE. The newer code has no such flag; the command line alone can "
            + "ask for it. A machine that sets the flag cannot be booted on it, and nothing "
            + "on it is compared.",
            c => c.Divergence.AtBoot && c.Divergence.Operation == "boot machine"
                && c.Divergence.Right.Status == AbiStatus.Errno
                && c.Trace.Setup.Machine.Flags.HasFlag(AbiMachineFlag.SwiotlbForce)),
    ];
}
