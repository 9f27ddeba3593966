// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Running;
using Dmadiff.KernelHarness.Sources;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.KernelHarness;

public sealed class KernelImporterTests : IDisposable
{
    private const string Version = "6.99.1-1~deb12u1";
    private static readonly KernelPackage Package = KernelPackage.FromName("debian/6.99")!;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_archive_becomes_one_root_commit()
    {
        string archive = Archive("first");
        KernelImporter importer = new(_folder.Cache);
        string commit = importer.Import(Package, Version, archive, CancellationToken.None);

        Git("log", "--format=%H %s", "debian/6.99")
            .ShouldBe($"{commit} linux-source-6.99 {Version}");
        Git("rev-parse", "debian/6.99.1-1_deb12u1").ShouldBe(commit);
        Git("ls-tree", "-r", "--format=%(objectmode) %(path)", commit).Split('\n').ShouldBe(
        [
            "100644 \"a \\\"quoted\\\" name\"", "100644 include/linux/kernel.h",
            "120000 link", "100755 scripts/run.sh",
        ]);
        Git("cat-file", "-p", commit + ":link").ShouldBe("scripts/run.sh");
        Git("cat-file", "-p", commit + ":include/linux/kernel.h").ShouldBe("first");
        importer.Find(Package, Version, CancellationToken.None).ShouldBe(commit);
        Git("fsck", "--strict", "--no-dangling").ShouldBeEmpty();
    }

    [Fact]
    public void The_commit_is_the_same_on_every_machine()
    {
        string archive = Archive("first");
        string here = new KernelImporter(_folder.Cache)
            .Import(Package, Version, archive, CancellationToken.None);
        string there = new KernelImporter(new CacheDirectory(_folder["other"]))
            .Import(Package, Version, archive, CancellationToken.None);
        there.ShouldBe(here);
    }

    [Fact]
    public void A_newer_version_is_imported_beside_the_older()
    {
        KernelImporter importer = new(_folder.Cache);
        string archive = Archive("first");
        string first = importer.Import(Package, "6.99.1-1", archive, CancellationToken.None);
        Archive("second");
        importer.Find(Package, "6.99.2-1", CancellationToken.None).ShouldBeNull();
        string second = importer.Import(Package, "6.99.2-1", archive, CancellationToken.None);

        second.ShouldNotBe(first);
        importer.Find(Package, null, CancellationToken.None).ShouldBe(second);
        importer.Find(Package, "6.99.1-1", CancellationToken.None).ShouldBe(first);
        Git("cat-file", "-p", first + ":include/linux/kernel.h").ShouldBe("first");
    }

    [Fact]
    public void A_damaged_archive_is_named_and_leaves_nothing()
    {
        string archive = Archive("first");
        byte[] bytes = File.ReadAllBytes(archive);
        File.WriteAllBytes(archive, bytes[..(bytes.Length / 2)]);
        KernelImporter importer = new(_folder.Cache);

        var error = Should.Throw<UserErrorException>(
            () => importer.Import(Package, Version, archive, CancellationToken.None));
        error.Message.ShouldStartWith(archive + ": cannot import it: ");
        importer.Find(Package, null, CancellationToken.None).ShouldBeNull();
        NothingIsLeft();
    }

    [Fact]
    public async Task An_interrupted_import_leaves_nothing_and_can_be_repeated()
    {
        string archive = Archive("first", padding: 60_000_000);
        KernelImporter importer = new(_folder.Cache);
        using var cancel = new CancellationTokenSource();
        Task<string> import = Task.Run(
            () => importer.Import(Package, Version, archive, cancel.Token),
            CancellationToken.None);
        while (!Directory.Exists(_folder["cache/kernels.git.import/objects"]))
        {
            await Task.Delay(5);
        }

        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => import);
        importer.Find(Package, null, CancellationToken.None).ShouldBeNull();
        NothingIsLeft();

        importer.Import(Package, Version, Archive("first"), CancellationToken.None)
            .Length.ShouldBe(40);
    }

    [Fact]
    public void What_a_killed_import_left_is_cleared_away()
    {
        _folder.Write("cache/kernels.git.import/objects/pack/tmp_pack_x", "half");
        _folder.Write("cache/kernels.git.new/HEAD", "half");
        new KernelImporter(_folder.Cache)
            .Import(Package, Version, Archive("first"), CancellationToken.None);
        NothingIsLeft();
    }

    [Fact]
    public async Task Two_imports_at_once_wait_for_each_other()
    {
        string archive = Archive("first", padding: 2_000_000);
        string[] commits = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            new KernelImporter(_folder.Cache)
                .Import(Package, Version, archive, CancellationToken.None))));
        commits.Distinct().Count().ShouldBe(1);
        Directory.GetFiles(_folder["cache/kernels.git/objects/pack"], "*.pack").Length.ShouldBe(1);
    }

    [Fact]
    public void A_kernel_that_was_imported_needs_no_package()
    {
        string commit = new KernelImporter(_folder.Cache)
            .Import(Package, Version, Archive("first"), CancellationToken.None);
        using var sources = new KernelSources(_folder.Cache, TextWriter.Null);
        KernelRevision kernel = sources.Open(null, "debian/6.99", CancellationToken.None);
        kernel.CommitId.ShouldBe(commit);
        kernel.Name.ShouldBe("debian/6.99");
    }

    [Theory]
    [InlineData("v6.1")]
    [InlineData("debian/")]
    [InlineData("debian/6.1\n")]
    public void Other_names_need_a_tree(string name)
    {
        using var sources = new KernelSources(_folder.Cache, TextWriter.Null);
        Should.Throw<UserErrorException>(() => sources.Open(null, name, CancellationToken.None))
            .Message.ShouldContain("--tree PATH");
    }

    private string Git(params string[] arguments) => Tool.Output(
        "git", ["--git-dir", _folder["cache/kernels.git"], .. arguments],
        CancellationToken.None).Trim();

    private void NothingIsLeft() => Directory.EnumerateFileSystemEntries(_folder["cache"])
        .Select(e => Path.GetFileName(e)).Order(StringComparer.Ordinal)
        .ShouldBe(["kernels.git", "locks"]);

    private string Archive(string text, int padding = 0) =>
        KernelArchive.Write(_folder, text, padding);
}
