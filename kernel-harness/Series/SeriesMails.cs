// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>The patches of a series, chosen from a heap of mails and put in order.</summary>
/// <param name="Title">What the series is called.</param>
/// <param name="Patches">In order; at least one.</param>
/// <param name="Cover">Its cover letter; null when there is none.</param>
internal sealed record SeriesMails(
    string Title, IReadOnlyList<PatchMail> Patches, PatchMail? Cover);
