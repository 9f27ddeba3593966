// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Tests.Docs;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.EndToEnd;

/// <summary>The built command, with --machine-frames.</summary>
[Collection(nameof(CommandCollection))]
public sealed class MachineFramesCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_kernel_is_held_against_the_port_without_swiotlb_xen()
    {
        Command dmadiff = new() { Folder = _folder.Root };
        string trace = Path.Combine(
            DocPage.Root, "docs", "traces", "swiotlb-xen", "need-sync.trace");
        dmadiff.Run("run", "--on", Kernels.New, trace).Exit.ShouldBe(0);

        Outcome run = dmadiff.Run("run", "--machine-frames", "--on", Kernels.New, trace);
        run.Exit.ShouldBe(1, run.Errors);
        run.Output.ShouldContain(
            "debian/6.12: held against the port's profile 6.12 with machine frames in "
            + "dma-direct, and may differ from it\n");
        run.Output.ShouldContain("need_sync value ok/ok");
        run.Output.ShouldContain("  replay   dmadiff run --on debian/6.12 --machine-frames ");
    }
}
