// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Drift;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Sources;
using Dmadiff.ManagedPort.Ported;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.EndToEnd;

/// <summary>What the port says that it follows, held against real trees.</summary>
[Collection(nameof(CommandCollection))]
public sealed class DriftCommandTests(Kernels kernels) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("6.1", Kernels.Old)]
    [InlineData("6.12", Kernels.New)]
    public void The_port_follows_functions_that_there_are(string release, string name) =>
        ShouldBeHonest(release, kernels[name].Tree);

    [ImportedKernelTheory("debian/7.3")]
    [InlineData("7.3", "debian/7.3")]
    public void And_so_of_a_newer_kernel(string release, string name)
    {
        using var sources = new KernelSources(CacheDirectory.ForUser(), TextWriter.Null);
        ShouldBeHonest(
            release, sources.Open(KernelPackage.FromName(name)!, CancellationToken.None));
    }

    [Fact]
    public void What_has_changed_is_shown_and_what_is_gone_is_told()
    {
        KernelRevision kernel = kernels[Kernels.New].Tree;
        using (var h = new MadeHistory(_folder["made.git"], kernel.Owner))
        {
            string text = System.Text.Encoding.UTF8.GetString(
                kernel.ReadFile(SourceEdit.Swiotlb)!);
            string edited = text.Replace("used -= nslots", "used -= nslots - 1")
                .Replace("swiotlb_max_mapping_size(", "swiotlb_largest_mapping(");
            h.Commit("base", [], null, kernel);
            h.Commit(
                "edited", [1], new Dictionary<string, string?> { [SourceEdit.Swiotlb] = edited });
            h.Commit("note", [1], new Dictionary<string, string?>
            {
                [SourceEdit.Swiotlb] = text.Replace("used -= nslots;", "used -= nslots; /* note */"),
            });
            h.Finish(("main", 2), ("note", 3), ("base", 1));
        }

        Command dmadiff = new() { Folder = _folder.Root };
        Outcome run = dmadiff.Run("drift", "main", "--tree", "made.git");
        Outcome noted = dmadiff.Run("drift", "note", "--tree", "made.git");
        Outcome before = dmadiff.Run("drift", "base", "--tree", "made.git");

        run.Exit.ShouldBe(1, run.Errors);
        run.Output.ShouldContain("swiotlb_release_slots() has changed since 6.12");
        run.Output.ShouldContain("nslots - 1;");
        run.Output.ShouldContain("swiotlb_max_mapping_size() of kernel/dma/swiotlb.c, which");
        run.Output.ShouldContain("swiotlb_adjust_size");

        // A comment is no change of the code; whatever Debian has changed since is in both.
        noted.Output.Split('\n')[^2].Replace("note:", "base:")
            .ShouldBe(before.Output.Split('\n')[^2]);
        noted.Exit.ShouldBe(before.Exit);
    }

    [Fact]
    public void A_revision_that_is_not_there_takes_one_line()
    {
        Outcome run = new Command { Folder = _folder.Root }.Run("drift", "debian/nothing");
        run.Exit.ShouldBe(2);
        run.Errors.Trim().Split('\n').ShouldHaveSingleItem();
    }

    // A point release may change a function: then drift tells, and this is no mistake here.
    private static void ShouldBeHonest(string release, KernelRevision tree)
    {
        PortedDigests now = DriftSurvey.Record(
            new Dictionary<string, KernelRevision> { [release] = tree }, PortedFunction.All);
        foreach (PortedFunction function in PortedFunction.All
            .Where(f => f.Releases.Contains(release)))
        {
            string? recorded = PortedDigests.Own.Find(function.File, function.Name, release);
            recorded.ShouldNotBeNull($"{function.Name}: run dmadiff drift --record");
            if (PortedDigests.Own.Versions[release] == tree.KernelVersion)
            {
                now.Find(function.File, function.Name, release).ShouldBe(
                    recorded, function.Name);
            }
        }
    }
}
