// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Build;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.RealKernels;

/// <summary>Known kernels ask for no function that has no stub at hand: with the second link
/// that it takes, each step of a bisection would be slower by a third.</summary>
[Collection(nameof(KernelsCollection))]
public sealed class LinkTests(Kernels kernels)
{
    [Theory]
    [InlineData(Kernels.Old)]
    [InlineData(Kernels.New)]
    public void One_link_is_enough(string name) => ShouldLinkOnce(kernels[name].Build);

    internal static void ShouldLinkOnce(KernelBuild build)
    {
        var plan = BuildPlan.Load(
            Path.Combine(AppContext.BaseDirectory, "kernel-harness", "build.json"));
        build.MissingServices.Except(plan.MissingServices, StringComparer.Ordinal)
            .ShouldBeEmpty("build.json lists what is missing");
    }
}
