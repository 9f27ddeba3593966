// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Native;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.RealKernels;

/// <summary>Functions that nobody provides. Known kernels ask for none that has no stub at hand:
/// with the second link that it takes, each step of a bisection would be slower by a third.
/// </summary>
[Collection(nameof(KernelsCollection))]
public sealed class LinkTests(Kernels kernels)
{
    [Theory]
    [InlineData(Kernels.Old)]
    [InlineData(Kernels.New)]
    public void One_link_is_enough(string name) => ShouldLinkOnce(kernels[name].Build);

    [Fact]
    public void A_text_that_calls_what_the_kernel_itself_does_not_is_linked_and_loaded()
    {
        const string File = "drivers/iommu/iova.c";
        KernelRevision tree = kernels[Kernels.New].Tree;
        using UnitRebuilder rebuilder = new KernelBuilder(CacheDirectory.ForUser())
            .Rebuild(tree, File, CancellationToken.None);
        string text = Encoding.UTF8.GetString(tree.ReadFile(File)!)
            + "void nobody_has_this(void);\nvoid asks(void) { nobody_has_this(); }\n";

        KernelBuild build = rebuilder.TryBuild(text, 1, CancellationToken.None).ShouldNotBeNull();

        build.MissingServices.ShouldContain("nobody_has_this");
        using var engine = new NativeEngine(build);
        engine.Name.ShouldBe(Kernels.New);
    }

    internal static void ShouldLinkOnce(KernelBuild build)
    {
        var plan = BuildPlan.Load(
            Path.Combine(AppContext.BaseDirectory, "kernel-harness", "build.json"));
        build.MissingServices.Except(plan.MissingServices, StringComparer.Ordinal)
            .ShouldBeEmpty("build.json lists what is missing");
    }
}
