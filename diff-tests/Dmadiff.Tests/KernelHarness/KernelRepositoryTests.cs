// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Running;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.KernelHarness;

public sealed class KernelRepositoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _first;

    public KernelRepositoryTests()
    {
        _folder.Write("linux/Makefile", "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 0\n"
            + "EXTRAVERSION = -rc2\nNAME = Some Animal\n");
        _folder.Write("linux/include/linux/kernel.h", "/* one */\n");
        _folder.Write("linux/kernel/dma/a.c", "a\n");
        _folder.Write("linux/kernel/dma/deep/b.h", "b\n");
        _folder.Commit("linux", "first change");
        _first = _folder.Git("linux", "rev-parse", "HEAD");
        _folder.Git("linux", "tag", "-a", "-m", "one", "v1");
        _folder.Write("linux/include/linux/kernel.h", "/* two */\n");
        _folder.Commit("linux", "second change");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_annotated_tag_is_its_commit()
    {
        using KernelRepository repository = KernelRepository.Open(_folder["linux"]);
        KernelRevision kernel = repository.Resolve("v1");
        kernel.CommitId.ShouldBe(_first);
        kernel.Subject.ShouldBe("first change");
        kernel.KernelVersion.ShouldBe("6.1.0-rc2");
        Text(kernel, "include/linux/kernel.h").ShouldBe("/* one */\n");
    }

    [Theory]
    [InlineData("HEAD~1")]
    [InlineData("main^")]
    [InlineData("v1^{commit}")]
    [InlineData(":/first")]
    [InlineData("HEAD^{/first change}")]
    [InlineData("main@{1}")]
    [InlineData("HEAD^!^{}~0", false)]
    public void A_revision_is_anything_git_resolves(string revision, bool exists = true)
    {
        using KernelRepository repository = KernelRepository.Open(_folder["linux"]);
        if (exists)
        {
            repository.Resolve(revision).CommitId.ShouldBe(_first);
        }
        else
        {
            Should.Throw<UserErrorException>(() => repository.Resolve(revision));
        }
    }

    [Fact]
    public void Bare_repositories_worktrees_and_subfolders_are_read_alike()
    {
        _folder.Git(".", "clone", "--quiet", "--bare", _folder["linux"], _folder["bare"]);
        _folder.Git("linux", "worktree", "add", "--quiet", _folder["second"], "v1");
        foreach (string place in new[] { "bare", "second", "linux/kernel/dma" })
        {
            using KernelRepository repository = KernelRepository.Open(_folder[place]);
            repository.Resolve("v1").CommitId.ShouldBe(_first, place);
        }

        using KernelRepository worktree = KernelRepository.Open(_folder["second"]);
        worktree.Resolve("HEAD").CommitId.ShouldBe(_first);
    }

    [Fact]
    public void A_worktree_configuration_of_its_own_does_not_disturb()
    {
        _folder.Git("linux", "config", "core.repositoryformatversion", "1");
        _folder.Git("linux", "config", "extensions.worktreeConfig", "true");
        using KernelRepository repository = KernelRepository.Open(_folder["linux"]);
        repository.Resolve("v1").CommitId.ShouldBe(_first);
    }

    [Fact]
    public void A_repository_of_another_owner_is_read()
    {
        // Only root can give files away; as anybody else there is nothing to try.
        if (Environment.IsPrivilegedProcess)
        {
            Tool.Output(
                "chown", ["-R", "12345:12345", _folder["linux"]], CancellationToken.None);
        }

        using KernelRepository repository = KernelRepository.Open(_folder["linux"]);
        repository.Resolve("v1").CommitId.ShouldBe(_first);
        repository.Resolve("main@{1}").CommitId.ShouldBe(_first);
    }

    [Fact]
    public void Errors_say_what_and_where()
    {
        Message(() => KernelRepository.Open(_folder["nowhere"]))
            .ShouldBe($"{_folder["nowhere"]}: no such folder");
        Directory.CreateDirectory(_folder["empty"]);
        Message(() => KernelRepository.Open(_folder["empty"]))
            .ShouldBe($"{_folder["empty"]}: not a git repository");

        using KernelRepository linux = KernelRepository.Open(_folder["linux"]);
        Message(() => linux.Resolve("v7")).ShouldBe($"{_folder["linux"]}: no such revision: v7");
        Message(() => linux.Resolve("--help")).ShouldContain("no such revision: --help");
        Message(() => linux.Resolve("")).ShouldContain("no such revision");

        _folder.Write("other/README", "hello");
        _folder.Commit("other", "hello");
        using KernelRepository other = KernelRepository.Open(_folder["other"]);
        Message(() => other.Resolve("HEAD")).ShouldBe(
            $"{_folder["other"]}: revision HEAD is not a Linux kernel " +
            "(it has no include/linux/kernel.h)");

        static string Message(Action action) => Should.Throw<UserErrorException>(action).Message;
    }

    [Fact]
    public void Files_are_listed_in_order_and_missing_ones_are_null()
    {
        using KernelRepository repository = KernelRepository.Open(_folder["linux"]);
        KernelRevision kernel = repository.Resolve("HEAD");
        kernel.ListFiles("kernel").ShouldBe(["kernel/dma/a.c", "kernel/dma/deep/b.h"]);
        kernel.ListFiles("kernel/dma", recurse: false).ShouldBe(["kernel/dma/a.c"]);
        kernel.ListFiles("kernel/dma/a.c").ShouldBe(["kernel/dma/a.c"]);
        kernel.ListFiles("nowhere").ShouldBeEmpty();
        kernel.ReadFile("nowhere").ShouldBeNull();
        kernel.ReadFile("kernel").ShouldBeNull();
        kernel.ContentId("nowhere").ShouldBeNull();
        kernel.ContentId("kernel").ShouldBe(repository.Resolve("v1").ContentId("kernel"));
        kernel.ContentId("include").ShouldNotBe(repository.Resolve("v1").ContentId("include"));
    }

    [Fact]
    public void Reading_writes_nothing()
    {
        string before = Snapshot();
        using (KernelRepository repository = KernelRepository.Open(_folder["linux"]))
        {
            KernelRevision kernel = repository.Resolve("HEAD~1");
            kernel.ListFiles("include").ShouldNotBeEmpty();
            kernel.ReadFile("Makefile").ShouldNotBeNull();
            Should.Throw<UserErrorException>(() => repository.Resolve("nonsense"));
        }

        Snapshot().ShouldBe(before);

        string Snapshot() => string.Join('\n', Directory
            .EnumerateFileSystemEntries(_folder["linux"], "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(p => $"{p} {File.GetLastWriteTimeUtc(p).Ticks}"));
    }

    [Fact]
    public void Edits_lie_on_top_of_a_tree()
    {
        using KernelRepository repository = KernelRepository.Open(_folder["linux"]);
        KernelRevision kernel = repository.Resolve("HEAD");
        var edited = new EditedTree(kernel, new Dictionary<string, string>
        {
            ["kernel/dma/a.c"] = "changed\n",
            ["kernel/new.c"] = "new\n",
        });
        edited.Name.ShouldBe("HEAD with 2 edits");
        Text(edited, "kernel/dma/a.c").ShouldBe("changed\n");
        Text(edited, "kernel/dma/deep/b.h").ShouldBe("b\n");
        edited.ListFiles("kernel").ShouldBe(
            ["kernel/dma/a.c", "kernel/dma/deep/b.h", "kernel/new.c"]);
        edited.ListFiles("kernel", recurse: false).ShouldBe(["kernel/new.c"]);
        edited.ContentId("include").ShouldBe(kernel.ContentId("include"));
        edited.ContentId("kernel").ShouldNotBe(kernel.ContentId("kernel"));
        edited.ContentId("kernel/dma/deep").ShouldBe(kernel.ContentId("kernel/dma/deep"));
        edited.ContentId("kernel/dma/a.c").ShouldNotBe(kernel.ContentId("kernel/dma/a.c"));
    }

    private static string Text(ISourceTree tree, string path) =>
        Encoding.UTF8.GetString(tree.ReadFile(path)!);
}
