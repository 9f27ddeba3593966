// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Traces;

/// <summary>What kind of guest of a Xen hypervisor a machine is.</summary>
public enum XenGuest
{
    /// <summary>None: it runs by itself.</summary>
    None,

    /// <summary>One that sees which machine frames are behind its own: they are other ones.
    /// </summary>
    Pv,

    /// <summary>One whose frames are translated for it: only foreign ones are elsewhere.
    /// </summary>
    Translated,
}
