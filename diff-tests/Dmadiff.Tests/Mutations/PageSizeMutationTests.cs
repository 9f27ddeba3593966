// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;
using Dmadiff.KernelHarness.Native;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Mutations;

/// <summary>Mappings are the same whatever the pages they consist of: mistakes in the core's
/// choice of page sizes are found by the corpus trace that reads how many pages and calls it
/// took.</summary>
[Collection(nameof(KernelMutationTests))]
public sealed class PageSizeMutationTests(Kernels kernels)
{
    private const string Trace = "iommu-page-sizes.trace";

    [Theory]
    [InlineData(Kernels.New, "pgsize_idx = __fls", "pgsize_idx = __ffs")]
    [InlineData(Kernels.New, "pgsize_idx_next = __ffs", "pgsize_idx_next = __fls")]
    [InlineData(Kernels.New, @"\(iova \^ paddr\) &", "0 &")]
    [InlineData(Kernels.New, "offset_end <= size", "offset_end < size")]
    [InlineData(Kernels.New, "size = offset;", ";")]
    [InlineData(Kernels.New, @"\*count = size >> pgsize_idx", "*count = 1")]
    [InlineData(Kernels.Old, "pgsize_idx = __fls", "pgsize_idx = __ffs")]
    [InlineData(Kernels.Old, "size = offset;", ";")]
    public void A_wrong_choice_of_page_size_is_found_by_what_it_does(
        string kernel, string pattern, string replacement)
    {
        var edit = new SourceEdit("iommu_pgsize", pattern, replacement)
        {
            File = "drivers/iommu/iommu.c",
        };
        using var mutant = new NativeEngine(kernels.Build(kernel, edit));
        using var healthy = new NativeEngine(kernels[kernel].Build);
        Compare(healthy, mutant)!.Signature.Operation.ShouldBe("iotlb_read");
    }

    private static Divergence? Compare(IEngine left, IEngine right)
    {
        using var lockStep = LockStep.FirstWithOthers([left, right], new BehaviourJudge());
        return lockStep.Run(Kernels.CorpusTraces().Single(t => t.Name == Trace).Trace).Divergence;
    }
}
