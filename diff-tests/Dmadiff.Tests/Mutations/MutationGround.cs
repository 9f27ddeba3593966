// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Tests.Mutations;

/// <summary>Machines on which a mistake of the port can show.</summary>
internal enum MutationGround
{
    /// <summary>Those that need nothing said.</summary>
    Plain,

    /// <summary>Those whose pools come and go.</summary>
    GrowingPools,

    /// <summary>Guests of Xen.</summary>
    Guests,
}
