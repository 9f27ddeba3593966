// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Git;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.KernelHarness;

/// <summary>The ways in which people keep a kernel, and how they break.</summary>
public sealed class TreeShapeTests : IDisposable
{
    private const string Header = "include/linux/kernel.h";
    private readonly TemporaryFolder _folder = new();
    private readonly string _first;
    private readonly string _second;

    public TreeShapeTests()
    {
        _folder.Write($"linux/{Header}", "first\n");
        _folder.Write("linux/Makefile", "VERSION = 6\nPATCHLEVEL = 99\n");
        _folder.Commit("linux", "first");
        _folder.Git("linux", "tag", "v6.99");
        _folder.Write($"linux/{Header}", "second\n");
        _folder.Commit("linux", "second");
        _first = _folder.Git("linux", "rev-parse", "v6.99");
        _second = _folder.Git("linux", "rev-parse", "HEAD");
        _folder.Git("linux", "config", "uploadpack.allowFilter", "true");
    }

    private string Url => "file://" + _folder["linux"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tags_branches_short_ids_and_ancestors_are_revisions()
    {
        foreach (string name in new[] { "v6.99", "main~1", _first[..10], "HEAD~1", "HEAD^" })
        {
            Text("linux", name).ShouldBe("first\n", name);
        }

        Text("linux", "main").ShouldBe("second\n");
    }

    [Fact]
    public void A_shallow_clone_has_what_it_has()
    {
        _folder.Git(".", "clone", "--quiet", "--depth=1", Url, _folder["shallow"]);
        Text("shallow", "HEAD").ShouldBe("second\n");
        Message("shallow", "HEAD~1").ShouldBe(
            $"{_folder["shallow"]}: no such revision: HEAD~1");
    }

    [Fact]
    public void Objects_may_lie_in_another_repository()
    {
        _folder.Git(".", "clone", "--quiet", "--shared", "--bare", _folder["linux"],
            _folder["borrower"]);
        File.Exists(_folder["borrower/objects/info/alternates"]).ShouldBeTrue();
        Text("borrower", "v6.99").ShouldBe("first\n");
    }

    [Theory]
    [InlineData("blob:none")]
    [InlineData("tree:0")]
    public void A_partial_clone_tells_what_it_lacks(string filter)
    {
        _folder.Git(".", "clone", "--quiet", "--bare", "--filter=" + filter, Url,
            _folder["partial"]);
        string message = Should.Throw<UserErrorException>(() => Text("partial", "v6.99")).Message;
        message.ShouldBe(
            $"{_folder["partial"]}: the content of {Header} in v6.99 is not in this "
            + "repository; if it is a partial clone, complete it with: "
            + "git fetch --refetch --no-filter origin");
    }

    [Fact]
    public void A_partial_clone_that_has_the_files_will_do()
    {
        _folder.Git(".", "clone", "--quiet", "--filter=blob:none", Url, _folder["partial"]);
        Text("partial", "HEAD").ShouldBe("second\n");
    }

    [Theory]
    [InlineData("HEAD:include/linux/kernel.h")]
    [InlineData("HEAD:include")]
    [InlineData("HEAD^{tree}")]
    [InlineData("HEAD")]
    public void A_corrupt_object_is_one_clear_line(string damaged)
    {
        string id = _folder.Git("linux", "rev-parse", damaged);
        string path = Damage(id);
        Message("linux", "HEAD").ShouldStartWith(damaged == "HEAD"
            ? $"{_folder["linux"]}: cannot read revision HEAD: "
            : $"{path}: a damaged object of git: ");
        Message("linux", "HEAD").ShouldNotContain("\n");
        Text("linux", _first).ShouldBe("first\n");
    }

    [Fact]
    public void A_corrupt_object_is_found_in_other_places_too()
    {
        _folder.Git(".", "clone", "--quiet", "--shared", "--bare", _folder["linux"],
            _folder["borrower"]);
        _folder.Git("linux", "worktree", "add", "--quiet", _folder["second"], "main~0");
        string path = Damage(_folder.Git("linux", "rev-parse", "HEAD:include/linux"));
        Message("borrower", "main").ShouldStartWith(path);
        Message("second", "HEAD").ShouldStartWith(path);
    }

    [Fact]
    public void A_short_id_of_several_commits_is_said_to_be_one()
    {
        string prefix = MakeAmbiguous();
        Message("linux", prefix).ShouldStartWith(
            $"{_folder["linux"]}: cannot read revision {prefix}: ");
    }

    /// <summary>Commits until two ids start with the same four digits.</summary>
    private string MakeAmbiguous()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { _second[..4] };
        string tree = _folder.Git("linux", "rev-parse", "HEAD^{tree}");
        for (int i = 0; ; i++)
        {
            string id = _folder.Git("linux", "commit-tree", "-m", $"number {i}", tree);
            if (!seen.Add(id[..4]))
            {
                return id[..4];
            }
        }
    }

    private string Damage(string id)
    {
        string path = _folder[$"linux/.git/objects/{id[..2]}/{id[2..]}"];
        byte[] bytes = File.ReadAllBytes(path);
        bytes.AsSpan(bytes.Length / 2).Fill(0xff);

        // In place of the file: git makes its own read-only.
        File.Delete(path);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private string Message(string place, string revision) =>
        Should.Throw<UserErrorException>(() => Text(place, revision)).Message;

    private string Text(string place, string revision)
    {
        using KernelRepository repository = KernelRepository.Open(_folder[place]);
        return Encoding.UTF8.GetString(repository.Resolve(revision).ReadFile(Header)!);
    }
}
