// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Contract;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Traces;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.Tests.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Contract;

/// <summary>What docs/contract.md says of released kernels, on their ports.</summary>
public class ReleasedKernelTests
{
    private const int Sequences = 40;

    [Fact]
    public void The_newer_one_keeps_the_contract() =>
        Breaches(SwiotlbProfile.V6_12).ShouldBeEmpty();

    [Fact]
    public void It_keeps_it_with_a_low_and_a_high_pool_as_well() =>
        Breaches(SwiotlbProfile.LowAndHighPools).ShouldBeEmpty();

    [Fact]
    public void The_older_one_breaks_it_in_the_ways_that_are_documented() =>
        Breaches(SwiotlbProfile.V6_1).Except(
        [
            "C2 alignment swiotlb_map",
            "C2 alignment swiotlb_alloc",
            "C2 alignment alloc",
            "C3 exclusive map",
            "C3 exclusive swiotlb_map",
            "C3 exclusive swiotlb_alloc",
            "C4 data sync_for_cpu",
            "C4 data sync_for_device",
            "C4 data swiotlb_sync_for_cpu",
            "C4 data swiotlb_sync_for_device",
            "C6 accounting unmap",
            "C6 accounting swiotlb_unmap",
            "C6 accounting swiotlb_free",
            "C7 no complaint sync_for_cpu",
            "C7 no complaint sync_for_device",
            "C7 no complaint swiotlb_sync_for_cpu",
            "C7 no complaint swiotlb_sync_for_device",
        ]).ShouldBeEmpty();

    private static string[] Breaches(SwiotlbProfile profile)
    {
        using var engine = new PortEngine(profile);
        var run = new ContractRun(engine);
        var generator = new SequenceGenerator(7);
        var traces = Corpus.Files.Select(TraceParser.ParseFile).Concat(
            Enumerable.Range(0, Sequences).Select(i => generator.Generate((ulong)i)));
        return
        [
            .. traces.SelectMany(trace => run.Run(TraceLowering.Lower(trace)).Findings)
                .Where(finding => !finding.IsCrash)
                .Select(finding => finding.Signature.ToString())
                .Distinct(),
        ];
    }
}
