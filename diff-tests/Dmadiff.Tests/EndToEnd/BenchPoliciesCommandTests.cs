// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Tests.KernelHarness;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.EndToEnd;

/// <summary>dmadiff bench policies, as a user runs it.</summary>
public sealed class BenchPoliciesCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("0")]
    [InlineData("4097")]
    [InlineData("1,two")]
    [InlineData("1,2,3,4,5,6,7,8")]
    public void Cpus_that_there_cannot_be_are_refused(string cpus) =>
        Dmadiff("--cpus", cpus).ShouldBeRefused(
            $"dmadiff: --cpus {cpus}: takes up to 7 numbers of 1 to 4096, with commas between "
                + "them",
            "dmadiff: see dmadiff --help");

    [Fact]
    public void Fewer_mappings_than_none_are_refused() =>
        Dmadiff("--warm", "-1").ShouldBeRefused(
            "dmadiff: --warm takes a number of 0 or more", "dmadiff: see dmadiff --help");

    [Fact]
    public void The_tables_fit_into_a_mail()
    {
        Outcome run = Dmadiff("--cpus", "1,1,1,1,1,1,1");
        run.Exit.ShouldBe(0, run.Errors);
        run.Output.Split('\n').ShouldAllBe(line => line.Length <= 75);
        run.Output.ShouldStartWith("seed 1;");
    }

    private Outcome Dmadiff(params string[] arguments) =>
        new Command { Folder = _folder.Root }.Run(["bench", "policies", .. arguments]);
}
