// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Native;
using Dmadiff.KernelHarness.Sources;
using Dmadiff.Tests.Contract;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Iova;

/// <summary>Every rule about IOVA domains sees a small defect in the kernel's own C; the kernel
/// as it was released gives nothing on the same trace.</summary>
public sealed class IovaContractTests : IDisposable
{
    private const string Header = """
        dmadiff-trace 1
        machine memory=64M cpus=2
        iova_init v0 granule=4K start=0x10
        iova_reserve v0 0xf0 0xf7

        """;

    private readonly KernelSources _sources = new(CacheDirectory.ForUser(), TextWriter.Null);

    public void Dispose() => _sources.Dispose();

    [Theory]
    [InlineData(
        "C1 range iova_alloc",
        "iova_alloc i0 v0 1 limit=0xff",
        "alloc_iova", @"limit_pfn \+ 1", "limit_pfn + 2")]
    [InlineData(
        "C2 alignment iova_alloc",
        "iova_alloc i0 v0 1 limit=0x1ff\niova_alloc i1 v0 8 limit=0x1ff aligned",
        "__alloc_and_insert_iova_range", @"fls_long\(size - 1\)", "fls_long(size - 1) / 2")]
    [InlineData(
        "C3 exclusive iova_alloc",
        "iova_alloc i0 v0 1 limit=0xf7",
        "__alloc_and_insert_iova_range", "<= curr_iova->pfn_hi", "< curr_iova->pfn_hi")]
    [InlineData(
        "C6 accounting iova_free",
        "iova_alloc i0 v0 1 limit=0xff\niova_free i0",
        "free_iova", @"if \(!iova\)", "if (iova)")]
    public void A_defect_in_the_C_is_found(
        string expected, string operations, string function, string pattern, string replacement)
    {
        KernelRevision tree = _sources.Open(null, Kernels.New, CancellationToken.None);
        var edit = new SourceEdit(function, pattern, replacement)
        {
            File = "drivers/iommu/iova.c",
        };
        var builder = new KernelBuilder(CacheDirectory.ForUser());
        string trace = Header + operations + "\n";
        using var healthy = new NativeEngine(builder.Build(tree, CancellationToken.None));
        Judged.Findings(healthy, trace).ShouldBeEmpty();
        using var engine =
            new NativeEngine(builder.Build(edit.Apply(tree), CancellationToken.None));
        Judged.Findings(engine, trace)[0].ShouldBe(expected);
    }

    [Theory]
    [InlineData("iova_alloc i0 v0 1 limit=0xff\niova_reserve v0 0x80 0x100")]
    [InlineData("iova_alloc_fast i0 v0 3 limit=0xff\niova_free_fast i0")]
    [InlineData("iova_reserve v0 0xe0 0xff\niova_reserve v0 0x20 0x40")]
    public void A_kernel_without_one_gives_nothing(string operations)
    {
        KernelRevision tree = _sources.Open(null, Kernels.New, CancellationToken.None);
        using var engine = new NativeEngine(
            new KernelBuilder(CacheDirectory.ForUser()).Build(tree, CancellationToken.None));
        Judged.Findings(engine, Header + operations + "\ncheck\n").ShouldBeEmpty();
    }
}
