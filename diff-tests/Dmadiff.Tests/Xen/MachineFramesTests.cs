// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.Tests.Contract;
using Dmadiff.Tests.Docs;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Xen;

/// <summary>swiotlb-xen beside dma-direct with machine frames looked up: where they do the
/// same, and each case where not.</summary>
public class MachineFramesTests
{
    private const ulong Seed = 2021;
    private const int Fewest = 40;

    // DMADIFF_SEQUENCES asks for more than every run of the tests has time for.
    private static readonly int Sequences =
        int.TryParse(Environment.GetEnvironmentVariable("DMADIFF_SEQUENCES"), out int n)
            ? n
            : Fewest;

    public static TheoryData<string> Releases => ["6.1", "6.12", "7.3"];

    /// <summary>What the page's table says, by trace.</summary>
    public static TheoryData<string, string> Cases => new()
    {
        { "addressing-limited", "addressing_limited value ok/ok" },
        { "alloc-exchange", "alloc address ok/ok" },
        { "alloc-limit", "alloc status ok/mapping_error" },
        { "bounce-out-of-reach", "map log mapping_error/mapping_error" },
        { "foreign-bounced", "map address ok/ok" },
        { "foreign-hypercall", "map log ok/ok" },
        { "hypercall-own", "map log ok/ok" },
        { "mask-below-pool", "boot device status errno/ok" },
        { "max-mapping-size", "max_mapping_size value ok/ok" },
        { "need-sync", "need_sync value ok/ok" },
        { "no-pool", "map log mapping_error/mapping_error" },
        { "required-mask", "required_mask value ok/ok" },
        { "resource", "map_resource status mapping_error/ok" },
    };

    [Theory]
    [MemberData(nameof(Releases))]
    public void Streaming_mappings_are_the_same(string release)
    {
        using var xen = new PortEngine(Profile(release));
        using var unified = new PortEngine(Profile(release).WithMachineFrames());
        using LockStep lockStep = Kernels.Exactly(xen, unified);
        long operations = 0;
        foreach (var (origin, trace) in StreamingOfGuests.Generate(Seed, Sequences))
        {
            LoweredTrace lowered = TraceLowering.Lower(trace);
            Agreement.ShouldHold(lockStep, lowered, origin);
            operations += lowered.Ops.Length;
        }

        operations.ShouldBeGreaterThan(Sequences * 100L);
    }

    [Fact]
    public void These_have_what_could_tell_them_apart()
    {
        var traces = StreamingOfGuests.Generate(Seed, Fewest).Select(t => t.Trace).ToList();
        foreach (var guest in new[] { XenGuest.Pv, XenGuest.Translated })
        {
            var mapped = traces.Where(t => t.Machine.Xen == guest && t.Devices.Any(
                d => d.IsOfXen && t.Operations.Any(o => o.Device == d.Name))).ToList();
            mapped.Count.ShouldBeGreaterThan(3);
            mapped.ShouldContain(
                t => t.Operations.Any(o => o.Kind == OperationKind.XenForeign), guest.ToString());
            mapped.ShouldContain(
                t => t.Operations.Any(o => o.Kind == OperationKind.MapSg), guest.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_where_they_differ_does(string name, string difference)
    {
        using var xen = new PortEngine(SwiotlbProfile.V6_12);
        using var unified = new PortEngine(SwiotlbProfile.V6_12.WithMachineFrames());
        using LockStep lockStep = Kernels.Exactly(xen, unified);
        LoweredTrace trace = TraceLowering.Lower(TraceParser.ParseFile(PathOf(name)));
        lockStep.Run(trace).Divergence!.Signature.ToString().ShouldBe(difference);
    }

    [Fact]
    public void Memory_that_was_not_exchanged_is_in_pieces()
    {
        using var xen = new PortEngine(SwiotlbProfile.V6_12);
        using var unified = new PortEngine(SwiotlbProfile.V6_12.WithMachineFrames());
        string text = File.ReadAllText(PathOf("alloc-exchange"));
        Judged.Findings(xen, text).ShouldBeEmpty();
        Judged.Findings(unified, text)[0].ShouldBe("C1 range alloc");
    }

    [Fact]
    public void A_flush_of_another_domains_page_is_the_end_without_the_hypercall()
    {
        using var unified = new PortEngine(SwiotlbProfile.V6_12.WithMachineFrames());
        new EngineRun(unified).Execute(
            TraceLowering.Lower(TraceParser.ParseFile(PathOf("foreign-hypercall"))));
        unified.ReadCrash()!.Kind.ShouldBe(AbiCrashKind.Signal);
    }

    [Fact]
    public void The_page_tells_of_every_case_by_its_trace()
    {
        string page = string.Join('\n', DocPage.Get("docs/swiotlb-xen.md").Lines);
        var files = Directory.GetFiles(Path.GetDirectoryName(PathOf("any"))!, "*.trace")
            .Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal);
        files.ShouldBe(Cases.Select(c => (string)c[0]).Order(StringComparer.Ordinal));
        files.ShouldAllBe(name => page.Contains($"`{name}`"));
    }

    private static string PathOf(string name) =>
        Path.Combine(DocPage.Root, "docs", "traces", "swiotlb-xen", name + ".trace");

    private static SwiotlbProfile Profile(string release) => release switch
    {
        "6.1" => SwiotlbProfile.V6_1,
        "6.12" => SwiotlbProfile.V6_12,
        _ => SwiotlbProfile.V7_3,
    };
}
