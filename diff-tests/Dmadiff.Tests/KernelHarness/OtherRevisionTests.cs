// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Cli;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Native;
using Dmadiff.KernelHarness.Sources;
using Dmadiff.Tests.RealKernels;
using Dmadiff.Tests.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.KernelHarness;

/// <summary>
/// Kernels that the port has no profile for. They are fetched by nobody: who has them in the
/// cache runs these.
/// </summary>
public sealed class OtherRevisionTests : IDisposable
{
    private const string Old = "debian/5.10";
    private const string New = "debian/7.3";
    private const int NoDevice = -19;
    private const int NotSupported = -95;
    private static readonly CacheDirectory Cache = CacheDirectory.ForUser();
    private readonly KernelSources _sources = new(Cache, TextWriter.Null);

    public void Dispose() => _sources.Dispose();

    [ImportedKernelTheory(Old)]
    [InlineData("DMD_HAVE_TBL_UNMAP_ALLOC_SIZE", true)]
    [InlineData("DMD_HAVE_IO_TLB_MEM", false)]
    public void The_oldest_builds_and_has_no_profile(string feature, bool has)
    {
        KernelBuild build = Build(Old);
        build.Features.Contains(feature).ShouldBe(has);
        ProfileFit.For(build.Features).Profile.ShouldBeNull();
    }

    [ImportedKernelTheory(New)]
    [InlineData("DMD_HAVE_HIWATER_ON_REQUEST", true)]
    [InlineData("DMD_HAVE_SWIOTLB_FORCE_FLAG", false)]
    public void The_newest_builds_and_has_a_profile(string feature, bool has)
    {
        KernelBuild build = Build(New);
        build.Features.Contains(feature).ShouldBe(has);
        var fit = ProfileFit.For(build.Features);
        fit.Profile!.Name.ShouldBe("7.3");
        fit.IsExact.ShouldBeTrue();
    }

    [ImportedKernelTheory(Old)]
    [InlineData(Old, "empty-mapping")]
    public void Of_the_corpus_only_what_must_crash_does(string name, string crashes) =>
        CrashesOn(name).ShouldBeSubsetOf([crashes]);

    [ImportedKernelTheory(New)]
    [InlineData(New, "empty-mapping")]
    public void The_same_on_the_newest(string name, string crashes) =>
        CrashesOn(name).ShouldBe([crashes]);

    [ImportedKernelTheory(Old)]
    [InlineData("swiotlb=512,force")]
    public void What_the_oldest_lacks_is_an_error_of_its_step(string cmdline)
    {
        EngineRun run = Run(Old, $"""
            dmadiff-trace 1
            machine memory=1G cpus=4 swiotlb_any=yes
            cmdline {cmdline}
            pool r0 base=0x4000000 size=4M
            device d0 dma_mask=32 pool=r0
            buffer b0 size=64K
            swiotlb_alloc m0 d0 4096
            swiotlb_free m0
            map m1 d0 b0+0 5000 bidirectional
            sync_for_cpu m1+0 5000
            swiotlb_map m2 d0 b0+0 100 to_device
            swiotlb_sync_for_cpu m2+0 100
            swiotlb_unmap m2
            unmap m1
            debugfs_read default used
            swiotlb_map m3 d0 b0+0 100 to_device align=0xfff

            """);
        Errors(run.Boot).ShouldBe([0, NoDevice, NotSupported, NoDevice, 0]);
        Errors(run.Ops)[0].ShouldBe(NotSupported);
        run.Ops[1].Status.ShouldBe(AbiStatus.Skipped);
        run.Ops[2].Used.ShouldBe(3u);
        run.Ops[2].Area.ShouldBe(0u);
        run.Ops[4].Used.ShouldBe(4u);
        run.Ops[6].Used.ShouldBe(3u);
        run.Ops[8].Status.ShouldBe(AbiStatus.Ok);
        run.Ops[8].Value.ShouldBe(0u);
        Errors(run.Ops)[9].ShouldBe(NotSupported);
    }

    [ImportedKernelTheory(New)]
    [InlineData("yes", NotSupported)]
    [InlineData("no", 0)]
    public void What_the_newest_lacks_is_an_error_of_its_step(string force, int error)
    {
        EngineRun run = Run(New, $"""
            dmadiff-trace 1
            machine memory=1G cpus=4 swiotlb_force={force}
            cmdline swiotlb=512,4,force,track_hiwater
            pool r0 base=0x4000000 size=4M
            device d0 dma_mask=32 pool=r0
            buffer b0 size=64K
            swiotlb_alloc m0 d0 4096
            swiotlb_free m0
            debugfs_read default used

            """);
        Errors(run.Boot).ShouldBe([0, 0, error, 0, 0]);
        run.Ops[0].Status.ShouldBe(AbiStatus.Ok);
        run.Ops[0].Hiwater.ShouldBe(2u);
        run.Ops[1].Value.ShouldBe(1u);
        run.Ops[2].Value.ShouldBe(0u);
    }

    [ImportedKernelTheory(New)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void There_are_as_many_areas_as_cpus_on_the_newest(int cpus)
    {
        using var engine = new NativeEngine(Build(New));
        var run = new EngineRun(engine);
        run.Execute(TraceLowering.Lower(TraceParser.Parse(
            $"dmadiff-trace 1\nmachine memory=1G cpus={cpus}\ncmdline swiotlb=512\n", "test")));
        engine.ReadLog(0).ShouldContain($"6 software IO TLB: area num {cpus}.");
    }

    [ImportedKernelTheory(Old)]
    [InlineData(Old)]
    public void The_oldest_links_once(string name) => LinkTests.ShouldLinkOnce(Build(name));

    [ImportedKernelTheory(New)]
    [InlineData(New)]
    public void The_newest_links_once(string name) => LinkTests.ShouldLinkOnce(Build(name));

    private static int[] Errors(ReadOnlySpan<AbiResult> results) =>
        [.. results.ToArray().Select(r => r.Error)];

    private string[] CrashesOn(string name)
    {
        using var engine = new NativeEngine(Build(name));
        var run = new EngineRun(engine);
        var crashes = new List<string>();
        foreach (string file in Corpus.Files)
        {
            run.Execute(TraceLowering.Lower(TraceParser.ParseFile(file)));
            if (run.Crash() is { } crash)
            {
                crash.Kind.ShouldNotBe(AbiCrashKind.MissingService, file);
                crashes.Add(Path.GetFileNameWithoutExtension(file));
            }
        }

        return [.. crashes];
    }

    private EngineRun Run(string name, string trace)
    {
        using var engine = new NativeEngine(Build(name));
        var run = new EngineRun(engine);
        run.Execute(TraceLowering.Lower(TraceParser.Parse(trace, "test")));
        return run;
    }

    private KernelBuild Build(string name) => new KernelBuilder(Cache).Build(
        _sources.Open(null, name, CancellationToken.None), CancellationToken.None);
}
