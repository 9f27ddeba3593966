// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Bindings;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Native;
using Dmadiff.KernelHarness.Running;
using Dmadiff.KernelHarness.Sources;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.KernelHarness;

/// <summary>Kernels that are not in git.</summary>
public sealed class SourceFolderTests : IDisposable
{
    private readonly ToyHarness _toy = new();

    private TemporaryFolder Folder => _toy.Folder;

    public void Dispose() => _toy.Dispose();

    [Fact]
    public void A_folder_has_the_same_files_as_the_repository_it_came_from()
    {
        Directory.CreateSymbolicLink(Folder["linux/include/loop"], "..");
        SourceFolder folder = SourceFolder.Open(Folder["linux"]);
        foreach (string path in new[] { "include", "kernel/dma/toy.c", "nowhere" })
        {
            folder.ListFiles(path).ShouldBe(_toy.Tree.ListFiles(path));
        }

        folder.ListFiles("include", recurse: false).ShouldBeEmpty();
        folder.ReadFile("kernel/dma/toy.c").ShouldBe(_toy.Tree.ReadFile("kernel/dma/toy.c"));
        folder.ReadFile("kernel").ShouldBeNull();
        folder.ContentId("nowhere").ShouldBeNull();
    }

    [Fact]
    public void Ids_follow_content_and_names()
    {
        string before = Id("kernel");
        Folder.Write("linux/kernel/dma/toy.c", "changed\n");
        string changed = Id("kernel");
        changed.ShouldNotBe(before);
        File.Move(Folder["linux/kernel/dma/toy.c"], Folder["linux/kernel/dma/tov.c"]);
        Id("kernel").ShouldNotBe(changed);
        Id("include").ShouldBe(Id("include"));

        string Id(string path) => SourceFolder.Open(Folder["linux"]).ContentId(path)!;
    }

    [Fact]
    public void It_builds_and_runs_and_nothing_is_written_to_it()
    {
        string before = Snapshot();
        KernelBuild build = _toy.Build(SourceFolder.Open(Folder["linux"]));
        using (var engine = new NativeEngine(build))
        {
            var results = new AbiResult[1];
            engine.Boot(new Setup(new AbiMachine(), "", [], [], []), new AbiResult[2]);
            engine.Run([default], results);
            results[0].Value.ShouldBe((ulong)ToyHarness.FirstValue);
        }

        Snapshot().ShouldBe(before);
        _toy.Build(SourceFolder.Open(Folder["linux"])).CompiledUnits.ShouldBe(0);

        string Snapshot() => string.Join('\n', Directory
            .EnumerateFileSystemEntries(Folder["linux"], "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(p => $"{p} {File.GetLastWriteTimeUtc(p).Ticks}"));
    }

    [Theory]
    [InlineData("linux.tar")]
    [InlineData("linux.tar.xz")]
    [InlineData("linux.tgz")]
    public void An_archive_is_imported_once(string name)
    {
        string archive = Pack("linux", name);
        using var messages = new StringWriter();
        using var sources = new KernelSources(Folder.Cache, messages);
        ISourceTree first = sources.OpenSource(archive, CancellationToken.None);
        ISourceTree second = sources.OpenSource(archive, CancellationToken.None);

        first.Name.ShouldBe(archive);
        first.ReadFile("kernel/dma/toy.c").ShouldBe(_toy.Tree.ReadFile("kernel/dma/toy.c"));
        second.ContentId("kernel").ShouldBe(first.ContentId("kernel"));
        messages.ToString().ShouldBe($"importing {archive}" + Environment.NewLine);
    }

    [Fact]
    public void What_is_no_kernel_is_said_in_one_line()
    {
        Folder.Write("other/README", "hello");
        Folder.Write("linux.zip", "hello");
        Folder.Write("linux.tar.xz", "hello");
        Message("nowhere").ShouldBe($"{Folder["nowhere"]}: no such folder");
        Message("other").ShouldBe(
            $"{Folder["other"]}: not a Linux kernel (it has no include/linux/kernel.h)");
        Message("linux.zip").ShouldContain("linux.zip: not an archive that can be read");
        Message("linux.tar.xz").ShouldStartWith(Folder["linux.tar.xz"] + ": cannot import it: ");
        Pack("other", "other.tar");
        Message("other.tar").ShouldContain("is not a Linux kernel");

        string Message(string path)
        {
            using var sources = new KernelSources(Folder.Cache, TextWriter.Null);
            string message = Should.Throw<UserErrorException>(
                () => sources.OpenSource(Folder[path], CancellationToken.None)).Message;
            message.ShouldNotContain("\n");
            return message;
        }
    }

    private string Pack(string folder, string name)
    {
        Tool.Output(
            "tar", ["--auto-compress", "--create", "--exclude=.git", "--file", name, folder],
            CancellationToken.None,
            Folder.Root);
        return Folder[name];
    }
}
