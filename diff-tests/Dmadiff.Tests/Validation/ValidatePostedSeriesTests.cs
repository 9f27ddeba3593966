// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Tests.EndToEnd;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.Series;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Validation;

/// <summary>What docs/petr-v2.md says of a series that was posted.</summary>
[Collection(nameof(CommandCollection))]
public sealed class ValidatePostedSeriesTests : IDisposable
{
    private const string Dynamic = "petr-v2.mbox";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PostedSeriesFact(Dynamic)]
    public void Its_defects_are_found_and_told_with_the_patch_that_brings_them()
    {
        Outcome run = new Command { Folder = _folder.Root }.Run(
            "validate", PostedSeriesFactAttribute.PathOf(Dynamic), "--base", "debian/6.1",
            "--ops", "6000");
        run.Exit.ShouldBe(1, run.Errors);
        run.Output.ShouldStartWith("7 patches on debian/6.1: patches 4, 5 are broken\n");
        string text = string.Join(' ', run.Output.Split(
            (char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        text.ShouldContain("patch 2 says \"No functional change\": none was seen in ");
        text.ShouldContain(
            "patch 4 crashes: SIGSEGV at NULL in lookup_dyn_slot kernel/dma/swiotlb.c:");
        text.ShouldContain("note still there after patch 5, 6, 7 (with swiotlb=dynamic)");
        text.ShouldContain("patch 5 breaks the contract, C4 data: at map ");
        text.ShouldContain(" behaves differently: what was refused is granted, ");
        run.Output.ShouldNotContain("not in the catalogue");
    }
}
