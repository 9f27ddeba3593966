// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.EndToEnd;

/// <summary>dmadiff bench port: that it measures, never how much.</summary>
[Collection(nameof(CommandCollection))]
public sealed class BenchCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_port_is_measured_against_the_C_in_every_subsystem_that_a_kernel_has()
    {
        var dmadiff = new Command { Folder = _folder.Root };

        Outcome run = dmadiff.Run(
            "bench", "port", "--rounds", "1", "--on", Kernels.Old, "--on", Kernels.New);

        run.Exit.ShouldBe(0, run.Errors);
        string[] lines = run.Output.Split('\n');
        lines.ShouldAllBe(line => line.Length <= 75);
        lines.Count(line => line.StartsWith("  IOVA ")).ShouldBe(2);
        lines.Count(line => line.StartsWith("  swiotlb, pools that grow ")).ShouldBe(1);
        run.Output.ShouldContain("median of 1 round;");
    }

    [Fact]
    public void No_rounds_at_all_are_an_error()
    {
        var dmadiff = new Command { Folder = _folder.Root };

        Outcome run = dmadiff.Run("bench", "port", "--rounds", "0");

        run.Exit.ShouldBe(2);
        run.Errors.ShouldContain("--rounds takes a number of 1 or more");
    }
}
