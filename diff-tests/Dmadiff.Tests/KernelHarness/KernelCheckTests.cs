// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.KernelHarness;

public sealed class KernelCheckTests : IDisposable
{
    private readonly ToyHarness _toy = new();

    public void Dispose() => _toy.Dispose();

    [Fact]
    public void A_whole_kernel_is_built()
    {
        KernelCheck check = Check(_toy.Tree);
        check.Units.ShouldBe(
        [
            new UnitCheck("kernel/dma/toy.c", null),
            new UnitCheck("kernel-harness/interpreter/toy.c", null),
        ]);
        check.Features.ShouldBe(["FEATURE_FOUND"]);
        check.Build!.MissingServices.ShouldBe(["toy_rare_service"]);
        check.LinkError.ShouldBeNull();
        Directory.Exists(Path.GetDirectoryName(check.Build.LibraryPath)).ShouldBeTrue();
    }

    [Fact]
    public void A_unit_that_does_not_compile_does_not_stop_the_others()
    {
        KernelCheck check = Check(_toy.Edited("kernel/dma/toy.c", "counter++", "count++"));
        check.Units[0].Error.ShouldNotBeNull()
            .ShouldStartWith("kernel/dma/toy.c:12: 'count' undeclared");
        check.Units[1].Error.ShouldBeNull();
        check.Build.ShouldBeNull();
    }

    [Fact]
    public void A_unit_that_is_not_there_is_said_to_be_missing()
    {
        File.Delete(_toy.Folder["linux/kernel/dma/toy.c"]);
        _toy.Folder.Commit("linux", "no toy");
        Check(_toy.Tree).Units[0].ShouldBe(
            new UnitCheck("kernel/dma/toy.c", "this tree has no such file"));
    }

    [Fact]
    public void What_does_not_link_is_told()
    {
        KernelCheck check = Check(
            _toy.Edited("kernel/dma/toy.c", "return deref", "return dmd_nothing() + deref"));
        check.Units.ShouldAllBe(u => u.Error == null);
        check.LinkError.ShouldNotBeNull().ShouldContain("nothing defines dmd_nothing");
        check.Build.ShouldBeNull();
    }

    private KernelCheck Check(ISourceTree tree) =>
        new KernelBuilder(_toy.Folder.Cache, _toy.Folder["harness"])
            .Check(tree, CancellationToken.None);
}
