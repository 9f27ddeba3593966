// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Tests.Contract;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Configurations;

/// <summary>What the kernel's own watch over drivers says.</summary>
[Collection(nameof(KernelsCollection))]
public sealed class DmaDebugTests(Kernels kernels)
{
    private const string Overlapping = """
        dmadiff-trace 1
        machine memory=1G cpus=1 dma_debug=yes
        device d0 dma_mask=32
        buffer b0 size=8K
        map m0 d0 b0+0 1 from_device
        map m1 d0 b0+0 1 from_device

        """;

    [Fact]
    public void A_complaint_of_it_is_C7()
    {
        using var engine = kernels.Configured(Kernels.New);
        Judged.Findings(engine, Overlapping).ShouldBe(["C7 no complaint map"]);
    }

    [Fact]
    public void Nobody_complains_where_it_is_not_configured()
    {
        using var engine = kernels.Configured(Kernels.New);
        Judged.Findings(engine, Overlapping.Replace(" dma_debug=yes", "", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }
}
