// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.Diff.Validation;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.Iommu;
using Dmadiff.ManagedPort.Iova;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.Tests.Style;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.IoBufferPool;

/// <summary>What docs/io-buffer-pool.md says is wrong shows in the port of what was posted, and
/// not where it is mended.</summary>
public sealed class BufferDefectTests
{
    private const string Folder = "docs/traces/io-buffers";

    // What 6.1 does of its own, in whichever sequences it comes to it: slots that are not
    // aligned, and a mapping from an untrusted device that fails and leaves zeroes.
    private static readonly string[] OfItsOwn = ["C2 alignment swiotlb_alloc", "C4 data map"];

    [Theory]
    [InlineData("alignment-lost", "C2 alignment map_sg")]
    [InlineData("attached-too-late", "C4 data dev_read")]
    [InlineData("list-longer-than-segments", "crash in io_buffer_pool_map_sg")]
    [InlineData("list-without-rights", "expectation")]
    [InlineData("mask-lowered", "C1 range map")]
    [InlineData("no-room-for-pool", "C4 data map")]
    [InlineData("pages-not-cleared", "C5 no leak of content map")]
    [InlineData("segment-boundary", "C1 range map_sg")]
    [InlineData("stale-content", "C5 no leak of content map")]
    [InlineData("untrusted-list", "C7 no complaint unmap_sg")]
    [InlineData("untrusted-list-reused", "C4 data map")]
    public void A_trace_shows_a_mistake_that_is_mended(string name, string mistake)
    {
        LoweredTrace trace = TraceLowering.Lower(TraceParser.Parse(
            File.ReadAllText(Path.Combine(SourceTree.Root, Folder, name + ".trace")), name));
        Mistakes(IommuProfile.IoBuffers, trace).ShouldContain(mistake);
        Mistakes(IommuProfile.IoBuffersMended, trace).ShouldBeEmpty();
    }

    [Fact]
    public void Each_trace_of_the_page_is_tried()
    {
        string[] tried =
        [
            .. typeof(BufferDefectTests)
                .GetMethod(nameof(A_trace_shows_a_mistake_that_is_mended))!
                .GetCustomAttributesData()
                .Where(a => a.AttributeType == typeof(InlineDataAttribute))
                .Select(a => (string)((IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)
                    a.ConstructorArguments[0].Value!)[0].Value!),
        ];
        Directory.GetFiles(Path.Combine(SourceTree.Root, Folder))
            .Select(f => Path.GetFileNameWithoutExtension(f))
            .Order(StringComparer.Ordinal).ShouldBe(tried.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Sequences_find_nothing_else_where_it_is_mended()
    {
        var generator = new SequenceGenerator(11) { Parts = [GeneratedPart.Iommu] };
        var switches = new SwitchGenerator(
            11, [new AddedSwitch(SwitchKind.Kconfig, "IOMMU_IO_BUFFER", 1)])
        {
            Parameters = [new AddedParameter("io_buffer_pool.num_slots", 32)],
        };
        for (ulong i = 0; i < 25; i++)
        {
            Trace trace = switches.Apply(i, generator.Generate(i));
            string[] without = Mistakes(IommuProfile.V6_1, TraceLowering.Lower(trace));
            // The contract knows which crashes are a driver's own fault.
            Mistakes(IommuProfile.IoBuffersMended, TraceLowering.Lower(trace))
                .Where(m => !m.StartsWith("crash ", StringComparison.Ordinal))
                .Except([.. without, .. OfItsOwn]).ShouldBeEmpty($"sequence {i}");
        }
    }

    // That buffers stay mapped is what the series is for, and that entries of a list share one.
    private static string[] Mistakes(IommuProfile profile, LoweredTrace trace)
    {
        using var port = new PortEngine(SwiotlbProfile.V6_1, IovaProfile.V6_1, profile);
        ContractReport report = new ContractRun(port).Run(trace);
        using var alone = new LockStep([port], []);
        RunReport ran = alone.Run(trace);
        return
        [
            .. report.Findings
                .Where(f => f.Signature.Rule is not (ContractRuleId.Iotlb or ContractRuleId.Exclusive))
                .Select(f => f.Signature.ToString()),
            .. ran.Crashes.Where(c => c is not null).Select(c => $"crash in {c!.Where}"),
            .. ran.Failures.Select(_ => "expectation"),
        ];
    }
}
