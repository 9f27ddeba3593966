// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>The kernel that a series is put on.</summary>
/// <param name="CommitId">The commit's full id.</param>
/// <param name="Name">What reports call it: "debian/6.1", "v6.1", or the first digits of its
/// id.</param>
/// <param name="Reason">How it was chosen, to be read after its name: "--base", "the mails'
/// base-commit", "the newest of 4 kernels that the whole series applies to".</param>
public sealed record SeriesBase(string CommitId, string Name, string Reason);
