// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Generators;
using Dmadiff.KernelHarness.Native;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.Tests.Mutations;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Dmadiff.Tests.Iova;

/// <summary>One-line mistakes in the kernel's iova.c are found by comparing with the port.
/// </summary>
[Collection(nameof(KernelMutationTests))]
public sealed class IovaMutationTests(Kernels kernels, ITestOutputHelper output)
{
    private const string Search = "__alloc_and_insert_iova_range";

    [Theory]
    [InlineData(Kernels.New, "alloc_iova", @"limit_pfn \+ 1", "limit_pfn + 2")]
    [InlineData(Kernels.Old, Search, @"fls_long\(size - 1\)", "fls_long(size - 1) / 2")]
    [InlineData(Kernels.New, Search, "<= curr_iova->pfn_hi", "< curr_iova->pfn_hi")]
    [InlineData(Kernels.Old, Search, "retry_pfn < limit_pfn", "false")]
    [InlineData(
        Kernels.New,
        "__cached_rbnode_delete_update",
        "max32_alloc_size = iovad->dma_32bit_pfn",
        "max32_alloc_size += 0")]
    [InlineData(
        Kernels.Old, "iova_magazine_full", "== IOVA_MAG_SIZE", "== IOVA_MAG_SIZE - 1")]
    [InlineData(Kernels.New, "iova_magazine_pop", "> limit_pfn", "> limit_pfn + 1")]
    [InlineData(
        Kernels.Old, "free_cpu_cached_iovas", @"iova_magazine_free_pfns\(\w+->prev, \w+\)", "")]
    [InlineData(
        Kernels.Old, "__iova_rcache_insert", "< MAX_GLOBAL_MAGS", "< MAX_GLOBAL_MAGS / 2")]
    [InlineData(Kernels.New, "iova_depot_work_func", @"> num_online_cpus\(\)", "> 1")]
    public void A_mistake_is_found(
        string kernel, string function, string pattern, string replacement)
    {
        var edit = new SourceEdit(function, pattern, replacement)
        {
            File = "drivers/iommu/iova.c",
        };
        using var mutant = new NativeEngine(kernels.Build(kernel, edit));
        using var port = new PortEngine(kernels[kernel].Profile);
        Catch? found = Hunt.Find(port, mutant, GeneratedPart.Iova);
        output.WriteLine($"{kernel}: {function}: {found?.ToString() ?? "not found"}");
        found.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(Kernels.Old)]
    [InlineData(Kernels.New)]
    public void Nothing_is_found_where_there_is_no_mistake(string kernel)
    {
        var (native, port) = kernels.Engines(kernel);
        using (native)
        using (port)
        {
            Hunt.Find(port, native, GeneratedPart.Iova).ShouldBeNull();
        }
    }
}
