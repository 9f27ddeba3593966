// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Scaling;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Scaling;

/// <summary>What is measured of allocators and flush policies.</summary>
public sealed class ScalingRunTests
{
    public static TheoryData<string> Contenders => [.. Contender.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Contenders))]
    public void A_seed_gives_the_same_figures_again(string name)
    {
        ScalingFigures once = Run(name, Workload.OtherCpu, 5);
        Run(name, Workload.OtherCpu, 5).ShouldBe(once);
        once.Refused.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Contenders))]
    public void One_cpu_waits_for_nobody_and_moves_no_line(string name)
    {
        ScalingFigures alone = Run(name, Workload.SameCpu, 1);
        alone.Contended.ShouldBe(0);
        alone.Transfers.ShouldBe(0);
        alone.Locks.ShouldBeInRange(2, 3.2);
    }

    [Fact]
    public void Strict_flushes_at_each_unmap_and_leaves_nothing_in_the_iotlb()
    {
        foreach (Contender contender in Contender.All.Where(c => c.Flush == FlushKind.Strict))
        {
            ScalingFigures figures = Run(contender.Name, Workload.SameCpu, 2);
            figures.Flushes.ShouldBe(1, tolerance: 0.001, contender.Name);
            figures.MostUnflushed.ShouldBe(1, contender.Name);
        }
    }

    [Fact]
    public void A_queue_flushes_once_for_as_many_unmaps_as_it_holds()
    {
        Run("magazines, queue/CPU", Workload.SameCpu, 1).Flushes
            .ShouldBe(1.0 / 255, tolerance: 0.0002);
        Run("magazines, one queue", Workload.SameCpu, 1).Flushes
            .ShouldBe(1.0 / 32767, tolerance: 0.00001);
    }

    [Fact]
    public void Magazines_leave_the_tree_alone_which_all_others_of_the_tree_do_not()
    {
        double tree = Run("tree, queue/CPU", Workload.SameCpu, 8).Contended;
        double magazines = Run("magazines, queue/CPU", Workload.SameCpu, 8).Contended;

        tree.ShouldBeGreaterThan(0.5);
        magazines.ShouldBeLessThan(0.1);
    }

    private static ScalingFigures Run(string name, Workload workload, int cpus)
    {
        using var run = new ScalingRun(
            Contender.All.Single(c => c.Name == name), workload, cpus, seed: 1);
        return run.Run();
    }
}
