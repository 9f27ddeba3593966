// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Sources;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.KernelHarness;

public sealed class KernelSourcesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ShelfArchive _archive = new();
    private readonly StringWriter _messages = new();
    private readonly KernelSources _sources;

    public KernelSourcesTests()
    {
        _sources = new KernelSources(_folder.Cache, _messages, _archive);
        foreach (string version in new[] { "6.99.3-1", "6.99.2-1~bpo1+1", "6.99.1-1" })
        {
            _archive.Shelve(version, KernelArchive.WritePackage(_folder, "6.99", version, version));
        }
    }

    public void Dispose()
    {
        _sources.Dispose();
        _messages.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_newest_is_fetched_once_and_nothing_else_is_kept()
    {
        KernelRevision kernel = Open("debian/6.99");
        kernel.Name.ShouldBe("debian/6.99");
        Text(kernel).ShouldBe("6.99.3-1");
        kernel.Subject.ShouldBe("linux-source-6.99 6.99.3-1");

        Open("debian/6.99").CommitId.ShouldBe(kernel.CommitId);
        _archive.Downloads.ShouldBe(["6.99.3-1"]);
        _messages.ToString().ShouldBe(
            "importing debian/6.99 from linux-source-6.99 6.99.3-1" + Environment.NewLine);
        Directory.EnumerateFileSystemEntries(_folder["cache"]).Select(e => Path.GetFileName(e))
            .Order(StringComparer.Ordinal).ShouldBe(["kernels.git", "locks"]);
    }

    [Theory]
    [InlineData("debian/6.99@6.99.1-1", "6.99.1-1")]
    [InlineData("debian/6.99@6.99.2", "6.99.2-1~bpo1+1")]
    public void One_version_is_had_by_name_and_moves_nothing(string name, string version)
    {
        string newest = Open("debian/6.99").CommitId;
        KernelRevision kernel = Open(name);
        Text(kernel).ShouldBe(version);
        kernel.Name.ShouldBe(name);
        Open("debian/6.99").CommitId.ShouldBe(newest);

        Open(name).CommitId.ShouldBe(kernel.CommitId);
        _archive.Downloads.ShouldBe(["6.99.3-1", version]);
    }

    [Fact]
    public void What_was_imported_as_the_newest_is_found_by_version()
    {
        string newest = Open("debian/6.99").CommitId;
        Open("debian/6.99@6.99.3").CommitId.ShouldBe(newest);
        _archive.Downloads.Count.ShouldBe(1);
    }

    [Fact]
    public void Imported_kernels_are_listed_after_the_default_ones()
    {
        Open("debian/6.99");
        _sources.List(CancellationToken.None).Select(s => s.Package.Name)
            .ShouldBe(["debian/6.1", "debian/6.12", "debian/6.99"]);
    }

    [Theory]
    [InlineData("debian/6.98",
        "debian/6.98: neither installed nor in the Debian archive; "
        + "dmadiff kernels --available lists what there is")]
    [InlineData("debian/6.99@6.99.4",
        "debian/6.99@6.99.4: the Debian archive has no such version of linux-source-6.99, "
        + "but 6.99.3-1, 6.99.2-1~bpo1+1, 6.99.1-1")]
    [InlineData("debian/6.99@6.1.4",
        "debian/6.99@6.1.4: not a kernel known by name, which look like debian/6.12 or "
        + "debian/6.12@6.12.95; for a revision of a tree of your own, say --tree PATH")]
    public void What_is_not_there_is_said_in_one_line(string name, string message) =>
        Should.Throw<UserErrorException>(() => Open(name)).Message.ShouldBe(message);

    [Fact]
    public void A_damaged_package_is_named_and_leaves_nothing()
    {
        string package = _archive.Path("6.99.1-1");
        byte[] bytes = File.ReadAllBytes(package);
        File.WriteAllBytes(package, bytes[..(bytes.Length / 2)]);
        var error = Should.Throw<UserErrorException>(() => Open("debian/6.99@6.99.1-1"));
        error.Message.ShouldContain("linux-source-6.99_6.99.1-1_all.deb: cannot unpack it: ");
        Directory.Exists(_folder["cache/downloads"]).ShouldBeFalse();
        Text(Open("debian/6.99")).ShouldBe("6.99.3-1");
    }

    [Fact]
    public void A_package_without_an_archive_is_refused()
    {
        _folder.Write("empty/DEBIAN/control", """
            Package: linux-source-6.99
            Version: 6.99.5
            Architecture: all
            Maintainer: Tester <t@localhost>
            Description: nothing

            """);
        string package = _folder["linux-source-6.99_6.99.5_all.deb"];
        Dmadiff.KernelHarness.Running.Tool.Output(
            "dpkg-deb", ["--root-owner-group", "--build", _folder["empty"], package],
            CancellationToken.None);
        _archive.Shelve("6.99.5", package);
        Should.Throw<UserErrorException>(() => Open("debian/6.99@6.99.5"))
            .Message.ShouldEndWith("cannot unpack it: it holds no kernel tarball");
    }

    private static string Text(KernelRevision kernel) =>
        Encoding.UTF8.GetString(kernel.ReadFile("include/linux/kernel.h")!);

    private KernelRevision Open(string name) => _sources.Open(null, name, CancellationToken.None);

    /// <summary>Packages in a folder, newest first.</summary>
    private sealed class ShelfArchive : IKernelArchive
    {
        private readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal);

        public List<string> Downloads { get; } = [];

        public void Shelve(string version, string path) => _paths.Add(version, path);

        public string Path(string version) => _paths[version];

        public IReadOnlyList<ArchivedKernel> List(CancellationToken cancel) =>
            [.. _paths.Keys.Select(v => new ArchivedKernel("linux-source-6.99", v, "shelf"))];

        public string Download(ArchivedKernel kernel, string folder, CancellationToken cancel)
        {
            Downloads.Add(kernel.Version);
            string source = _paths[kernel.Version];
            string target = System.IO.Path.Combine(folder, System.IO.Path.GetFileName(source));
            File.Copy(source, target);
            return target;
        }
    }
}
