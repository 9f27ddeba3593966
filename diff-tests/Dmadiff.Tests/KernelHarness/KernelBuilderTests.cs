// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.KernelHarness;

public sealed class KernelBuilderTests : IDisposable
{
    private const string Unit = "kernel/dma/toy.c";
    private readonly ToyHarness _toy = new();

    public void Dispose() => _toy.Dispose();

    [Fact]
    public void A_build_is_found_again()
    {
        KernelBuild first = _toy.Build();
        first.CompiledUnits.ShouldBe(2);
        first.Name.ShouldBe("HEAD");
        KernelBuild second = _toy.Build();
        second.CompiledUnits.ShouldBe(0);
        second.LibraryPath.ShouldBe(first.LibraryPath);
        Directory.GetDirectories(_toy.Folder["cache/builds"]).Length.ShouldBe(1);
    }

    [Fact]
    public void An_edit_compiles_what_it_touches()
    {
        KernelBuild original = _toy.Build();
        ISourceTree edited = _toy.Edited(Unit, "counter++", "counter--");
        KernelBuild changed = _toy.Build(edited);
        changed.Key.ShouldNotBe(original.Key);
        changed.CompiledUnits.ShouldBe(1);

        // A header that nothing includes changes the tree, but no object.
        ISourceTree unrelated = _toy.Edited("include/linux/kernel.h", "kernel", "other");
        _toy.Build(unrelated).CompiledUnits.ShouldBe(0);
        ISourceTree header = _toy.Edited("include/linux/toy.h", "return *p", "return *p + 1");
        _toy.Build(header).CompiledUnits.ShouldBe(1);
        ISourceTree beside = _toy.Edited("kernel/dma/private.h", "5", "6");
        _toy.Build(beside).CompiledUnits.ShouldBe(1);
    }

    [Fact]
    public void An_edit_that_hides_a_header_of_the_harness_is_seen()
    {
        _toy.Build();
        _toy.Folder.Write("harness/overlay/asm/generic.h", "#define GENERIC 200\n");
        _toy.Build().CompiledUnits.ShouldBe(2);
    }

    [Fact]
    public void Two_builds_are_the_same_to_the_byte()
    {
        KernelBuild here = _toy.Build(cache: "cache");
        KernelBuild there = _toy.Build(cache: "somewhere/else/entirely");
        there.Key.ShouldBe(here.Key);
        Bytes(there.LibraryPath).ShouldBe(Bytes(here.LibraryPath));
        Bytes(there.HostLibraryPath).ShouldBe(Bytes(here.HostLibraryPath));

        static string Bytes(string path) => Convert.ToHexString(File.ReadAllBytes(path));
    }

    [Fact]
    public void No_path_of_this_machine_is_in_a_library()
    {
        KernelBuild build = _toy.Build();
        File.ReadAllText(build.LibraryPath, System.Text.Encoding.Latin1)
            .ShouldNotContain(_toy.Folder.Root);
    }

    [Fact]
    public void Missing_services_are_named()
    {
        _toy.Build().MissingServices.ShouldBe(["toy_rare_service"]);

        // The C library has such a function; the kernel must not get it.
        ISourceTree edited = _toy.Edited(Unit, "if (fault)", "abs_int64();\nif (fault)");
        _toy.Build(edited).MissingServices.ShouldBe(["abs_int64", "toy_rare_service"]);
        ISourceTree libc = _toy.Edited(Unit, "if (fault)", "getpid();\nif (fault)");
        _toy.Build(libc).MissingServices.ShouldBe(["getpid", "toy_rare_service"]);
    }

    [Fact]
    public void A_service_that_is_known_to_be_missing_has_a_stub_at_hand()
    {
        // It counts as missing when it is asked for, and is linked without a second look.
        ISourceTree edited = _toy.Edited(
            Unit, "if (fault)", "toy_known_to_be_missing();\nif (fault)");
        _toy.Build(edited).MissingServices.ShouldBe(
            ["toy_known_to_be_missing", "toy_rare_service"]);
    }

    [Fact]
    public void A_missing_service_with_a_name_that_is_none_is_told()
    {
        ISourceTree edited = _toy.Edited(
            Unit, "if (fault)", "__asm__(\"call \\\"a name\\\"\");\nif (fault)");
        Should.Throw<KernelBuildException>(() => _toy.Build(edited))
            .Message.ShouldBe("HEAD with 1 edit does not build: "
                + "needs \"a name\", which is no function of C");
    }

    [Fact]
    public void A_name_of_the_harness_itself_cannot_be_missing()
    {
        ISourceTree edited = _toy.Edited(Unit, "if (fault)", "dmd_nowhere();\nif (fault)");
        Should.Throw<KernelBuildException>(() => _toy.Build(edited))
            .Message.ShouldBe(
                "HEAD with 1 edit does not build: kernel-harness: nothing defines dmd_nowhere");
    }

    [Fact]
    public void The_first_error_is_told_with_its_place()
    {
        ISourceTree edited = _toy.Edited(Unit, "counter++", "countr++");
        var error = Should.Throw<KernelBuildException>(() => _toy.Build(edited));
        error.Message.ShouldStartWith(
            "HEAD with 1 edit does not build: kernel/dma/toy.c:12: 'countr' undeclared");
        error.Log.ShouldContain("did you mean");
        Directory.GetFileSystemEntries(_toy.Folder["cache/builds"]).ShouldBeEmpty();

        // The next one is not disturbed.
        _toy.Build().CompiledUnits.ShouldBe(2 - 1);
    }

    [Fact]
    public void An_error_in_a_header_is_told_with_the_headers_place()
    {
        ISourceTree edited = _toy.Edited("include/linux/toy.h", "return *p", "return *q");
        Should.Throw<KernelBuildException>(() => _toy.Build(edited))
            .Message.ShouldContain(": include/linux/toy.h:4: 'q' undeclared");
        ISourceTree missing = _toy.Edited(Unit, "private.h", "gone.h");
        Should.Throw<KernelBuildException>(() => _toy.Build(missing))
            .Message.ShouldContain(": kernel/dma/toy.c:4: gone.h: No such file");
    }

    [Fact]
    public void A_tree_without_the_units_is_refused()
    {
        _toy.Folder.Git("linux", "rm", "--quiet", Unit);
        _toy.Folder.Commit("linux", "without");
        Should.Throw<UserErrorException>(() => _toy.Build())
            .Message.ShouldBe("revision HEAD has no kernel/dma/toy.c");
    }

    [Fact]
    public void A_cancelled_build_leaves_nothing_half_made()
    {
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        var builder = new KernelBuilder(_toy.Folder.Cache, _toy.Folder["harness"]);
        Should.Throw<OperationCanceledException>(
            () => builder.Build(_toy.Tree, cancel.Token));
        Directory.Exists(_toy.Folder["cache/builds"]).ShouldBeFalse();
        _toy.Build().CompiledUnits.ShouldBe(2);
    }

    [Fact]
    public async Task Two_builds_at_once_do_not_disturb_each_other()
    {
        // Each with the repository opened for itself, as processes have it.
        KernelBuild[] builds = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            {
                using var repository = KernelRepository.Open(_toy.Folder["linux"]);
                return _toy.Build(repository.Resolve("HEAD"));
            })));
        builds.Sum(b => b.CompiledUnits).ShouldBe(2);
        builds.Select(b => b.LibraryPath).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public void Headers_that_no_unit_reaches_are_not_exported()
    {
        _toy.Build();
        string[] exported = Directory.GetFiles(
            _toy.Folder["cache/headers"], "*.h", SearchOption.AllDirectories);
        exported.ShouldContain(f => f.EndsWith("include/linux/toy.h"));
        exported.ShouldNotContain(f => f.Contains("/drm/"));
    }

    [Theory]
    [InlineData("{}", "'flags'")]
    [InlineData("{ \"flgs\": [] }", "flgs")]
    [InlineData("nonsense", "build.json")]
    public void A_bad_plan_is_named(string text, string part)
    {
        _toy.Folder.Write("harness/build.json", text);
        string message = Should.Throw<UserErrorException>(() => _toy.Build()).Message;
        message.ShouldContain("build.json: ");
        message.ShouldContain(part);
    }

    [Fact]
    public void Dependencies_are_read_from_makes_own_language() =>
        UnitCompiler.ParseDependencies("unit0.o: /a/b.c \\\n /a/with\\ space.h \\\n /a/b.c\n")
            .ShouldBe(["/a/b.c", "/a/with space.h"]);
}
