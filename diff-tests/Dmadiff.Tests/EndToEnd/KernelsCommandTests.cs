// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.EndToEnd;

/// <summary>dmadiff kernels --check.</summary>
[Collection(nameof(CommandCollection))]
public sealed class KernelsCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_table_has_the_units_of_every_configuration()
    {
        var dmadiff = new Command { Folder = _folder.Root };
        Outcome check = dmadiff.Run(
            "kernels", "--check", Kernels.New, "--config", "default", "--config", "xen");
        check.Exit.ShouldBe(0, check.Errors);
        string[] lines = check.Output.Split('\n');
        lines.ShouldContain("    1:default 2:xen");
        lines.ShouldContain("  + compiles, - does not, . is not part of the configuration");
        lines.ShouldContain("  drivers/xen/swiotlb-xen.c           .  +");
        lines.ShouldContain("  kernel/dma/swiotlb.c                +  +");
        lines.ShouldContain("  all of it, linked                   +  +");
        check.Output.ShouldNotContain("kernel/dma/debug.c");
        lines.ShouldAllBe(line => line.Length <= 75);
    }
}
