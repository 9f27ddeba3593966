// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract;
using Dmadiff.Diff.Traces;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.Tests.RealKernels;
using Dmadiff.Tests.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Configurations;

/// <summary>The distribution's kernels in other configurations than the default.</summary>
[Collection(nameof(KernelsCollection))]
public sealed class ConfiguredKernelTests(Kernels kernels)
{
    // Each configuration is a build of either kernel, which takes its time.
    private static readonly string[] AlsoOnOld =
        ["page-size-64k.trace", "highmem-bounce.trace", "noncoherent.trace"];

    public static IEnumerable<object[]> Cases =>
        from file in Corpus.ConfigurationFiles
        from kernel in new[] { Kernels.Old, Kernels.New }
        where kernel == Kernels.New || AlsoOnOld.Contains(Path.GetFileName(file))
        select new object[] { Path.GetFileName(file), kernel };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_trace_is_the_same_on_kernel_and_port_and_the_newer_keeps_the_contract(
        string file, string name)
    {
        var path = Corpus.ConfigurationFiles.First(f => Path.GetFileName(f) == file);
        var trace = TraceLowering.Lower(TraceParser.ParseFile(path));
        trace.Setup.Configuration.IsDefault.ShouldBeFalse();
        using var kernel = kernels.Configured(name);
        using var port = new PortEngine(kernels[name].Profile);
        using var lockStep = Kernels.Exactly(kernel, port);

        var report = lockStep.Run(trace);

        report.Divergence.ShouldBeNull();
        report.Crashes.ShouldAllBe(crash => crash == null);
        report.Failures.Select(failure => failure.ToString()).ShouldBeEmpty();

        // The older one's own defects, in docs/contract.md, are in every configuration.
        if (name == Kernels.New)
        {
            new ContractRun(kernel).Run(trace).Findings.ShouldBeEmpty();
        }
    }

    [Fact]
    public void A_port_that_lacks_what_a_configuration_has_is_left_out()
    {
        var path = Corpus.ConfigurationFiles.First(f => f.EndsWith(
            "dma-debug.trace", StringComparison.Ordinal));
        var trace = TraceLowering.Lower(TraceParser.ParseFile(path));

        using var kernel = kernels.Configured(Kernels.New);
        using var port = new PortEngine(kernels[Kernels.New].Profile);
        using var lockStep = Kernels.Exactly(kernel, port);

        lockStep.Run(trace).WasRunBy(1).ShouldBeFalse();
    }

    [Fact]
    public void A_dynamic_pool_comes_with_work_and_a_transient_one_goes_with_a_grace_period()
    {
        const string header = """
            dmadiff-trace 1
            machine memory=1G cpus=1 swiotlb_dynamic=yes
            cmdline swiotlb=128,1,force
            device d0 dma_mask=32
            buffer b0 size=512K
            map m0 d0 b0+0 256K to_device
            map m1 d0 b0+0x40000 4K to_device

            """;
        using var kernel = kernels.Configured(Kernels.New);

        Pools(header).ShouldBe([(0u, AbiConstants.None, 128ul), (0u, 0u, 2ul)]);
        Pools(header + "unmap m1\n").ShouldBe([(0u, AbiConstants.None, 128ul)]);
        Pools(header + "unmap m1\nwork\n").Count.ShouldBe(2);

        List<(uint Owner, uint Device, ulong Slots)> Pools(string text)
        {
            var trace = TraceLowering.Lower(TraceParser.Parse(text));
            new Diff.Running.EngineRun(kernel).Execute(trace);
            var pools = new List<(uint, uint, ulong)>();
            for (var i = 0; kernel.ReadPool(i) is { } pool; i++)
            {
                pools.Add((pool.Owner, pool.Device, pool.Nslabs));
            }

            return pools;
        }
    }
}
