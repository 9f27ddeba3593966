// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>
/// A series of patches that was read and put on its base. Where it came from (mails, a folder,
/// a range of a tree) can be seen from nothing but its notices.
/// </summary>
/// <param name="Title">What the series is called: the subject of its cover letter, or of its
/// only or first patch.</param>
/// <param name="Base">What it was put on.</param>
/// <param name="Repository">The repository that has the base and all commits of the patches,
/// for <see cref="Git.KernelRepository.Open"/> and <see cref="Git.GitHistory"/>. Stays when the
/// program ends.</param>
/// <param name="Patches">The patches, in order; at least one.</param>
/// <param name="Notices">What was left out or presumed, to be told once.</param>
public sealed record PatchSeries(
    string Title,
    SeriesBase Base,
    string Repository,
    IReadOnlyList<Patch> Patches,
    IReadOnlyList<SeriesNotice> Notices)
{
    /// <summary>The first patch that does not apply, or null. Those after it were not tried,
    /// and have no commit either.</summary>
    public Patch? FirstFailed => Patches.FirstOrDefault(p => p.Failure is not null);
}
