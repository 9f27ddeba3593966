// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Cli;

/// <summary>Which kernels a command was asked to run on.</summary>
/// <param name="Tree">The user's repository, or null.</param>
/// <param name="Source">A kernel that is not in git, a folder or an archive, or null; it is
/// the first.</param>
/// <param name="Revisions">Names, or revisions of the repository.</param>
internal sealed record KernelChoice(
    string? Tree, string? Source, IReadOnlyList<string> Revisions)
{
    /// <summary>A series of patches that each of the revisions is taken with, or the one that
    /// the series says it is for, if there is none; null to take them as they are.</summary>
    public string? Series { get; init; }

    /// <summary>Profiles of the reference that are run like kernels, after them.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];
}
