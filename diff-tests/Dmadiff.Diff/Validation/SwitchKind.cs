// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Validation;

/// <summary>Sorts of switches.</summary>
public enum SwitchKind
{
    /// <summary>A word of the swiotlb= boot option.</summary>
    BootOption,

    /// <summary>An option of the configuration.</summary>
    Kconfig,

    /// <summary>An attribute of a mapping.</summary>
    Attribute,
}
