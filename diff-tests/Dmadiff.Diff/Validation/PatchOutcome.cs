// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Validation;

/// <summary>What a patch brings, against the kernels before it.</summary>
public sealed record PatchOutcome
{
    /// <summary>Sequences that it was compared on.</summary>
    public required int Sequences { get; init; }

    /// <summary>Operations in them.</summary>
    public required long Operations { get; init; }

    /// <summary>Changes of what drivers and devices can see, by the number of the patch that
    /// they are seen against.</summary>
    public required IReadOnlyList<PatchDifference> Differences { get; init; }

    /// <summary>Defects that no kernel before it has.</summary>
    public required IReadOnlyList<NewDefect> New { get; init; }

    /// <summary>Defects that an earlier patch of the series brought, and that are still there.
    /// </summary>
    public required IReadOnlyList<Defect> Still { get; init; }

    /// <summary>Of these, those that show only with a switch on that the series adds, and that
    /// switch.</summary>
    public required IReadOnlyDictionary<Defect, AddedSwitch> OnlyWith { get; init; }

    /// <summary>Defects of the kernel before it that are gone.</summary>
    public required IReadOnlyList<Defect> Gone { get; init; }

    /// <summary>Defects that the kernel before it has as well.</summary>
    public required int Old { get; init; }

    /// <summary>Sequences whose outcome changed in that a defect of the kernel before does not
    /// show any more.</summary>
    public required int Mended { get; init; }

    /// <summary>Sequences on which it does again what a kernel did before an earlier patch of
    /// the series.</summary>
    public required int Restored { get; init; }

    /// <summary>Whether a driver or a device can see that anything changed.</summary>
    public bool Changes => Differences.Count > 0 || New.Count > 0 || Gone.Count > 0 || Mended > 0
        || Restored > 0;
}
