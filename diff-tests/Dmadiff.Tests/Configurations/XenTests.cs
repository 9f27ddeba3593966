// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;
using Dmadiff.Tests.Contract;
using Dmadiff.Tests.RealKernels;
using Dmadiff.Tests.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Configurations;

/// <summary>Guests of a modelled hypervisor, on the kernel's own swiotlb-xen.c.</summary>
[Collection(nameof(KernelsCollection))]
public sealed class XenTests(Kernels kernels)
{
    private const string Torn = """
        dmadiff-trace 1
        machine memory=1G cpus=1 xen=pv
        device d0 dma_mask=64 xen=yes
        buffer b0 size=256K
        map m0 d0 b0+60K 8K to_device
        dev_read m0+0 8K
        unmap m0

        """;

    [Theory]
    [InlineData(Kernels.Old)]
    [InlineData(Kernels.New)]
    public void A_guest_keeps_the_contract(string name)
    {
        using var engine = kernels.Configured(name);
        foreach (var file in Corpus.ConfigurationFiles.Where(
            f => Path.GetFileName(f).StartsWith("xen-", StringComparison.Ordinal)))
        {
            Judged.Findings(engine, File.ReadAllText(file)).ShouldBeEmpty(file);
        }
    }

    [Fact]
    public void A_mapping_across_machine_frames_that_are_apart_is_C1()
    {
        var edit = new SourceEdit(
            "range_straddles_page_boundary", @"pfn_to_bfn\(\+\+xen_pfn\) != \+\+next_bfn", "0")
        {
            File = "drivers/xen/swiotlb-xen.c",
        };
        using var engine = kernels.Configured(Kernels.New, edit);
        Judged.Findings(engine, Torn)[0].ShouldBe("C1 range map");
    }

    [Theory]
    [InlineData("xen=hvm", "xen must be pv, translated or no: hvm")]
    [InlineData("xen=pv xen_run=12K", "xen_run must be a power of two: 12K")]
    [InlineData("xen=pv xen_run=2G", "xen_run out of range: 2G, must be 4K to 1G")]
    public void A_guest_that_cannot_be_is_told(string settings, string why) =>
        Should.Throw<TraceException>(() => TraceParser.Parse(
            $"dmadiff-trace 1\nmachine {settings}\n")).Message.ShouldContain(why);

    [Fact]
    public void A_device_of_a_guest_needs_one() =>
        Should.Throw<TraceException>(() => TraceParser.Parse(
            "dmadiff-trace 1\ndevice d0 dma_mask=32 xen=yes\n"))
            .Message.ShouldContain("d0 cannot belong to a guest: the machine line lacks xen=");

    [Fact]
    public void A_guest_is_written_as_it_is_read()
    {
        const string text = """
            dmadiff-trace 1
            machine memory=1G cpus=1 xen=pv xen_run=4K xen_cache_flush=no
            device d0 dma_mask=32 xen=yes
            buffer b0 size=8K
            xen_foreign b0+0x1000 0x7f0000000

            """;
        TracePrinter.Print(TraceParser.Parse(text)).ShouldBe(text.ReplaceLineEndings("\n"));
        TraceParser.Parse(text).Configuration.Name.ShouldBe("xen");
    }
}
