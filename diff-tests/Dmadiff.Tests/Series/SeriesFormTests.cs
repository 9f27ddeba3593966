// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Series;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Series;

/// <summary>A series comes in many forms, and is the same series in all of them.</summary>
public sealed class SeriesFormTests : IDisposable
{
    private readonly ToySeries _toy = new();

    public void Dispose() => _toy.Dispose();

    [Fact]
    public void An_mbox_is_read_whole()
    {
        PatchSeries series = _toy.LoadText(_toy.Mails());
        series.Base.CommitId.ShouldBe(_toy.Base);
        series.Base.Name.ShouldBe("v6.1");
        series.Base.Reason.ShouldBe("--base");
        series.Title.ShouldBe("pool: start with one");
        series.FirstFailed.ShouldBeNull();
        series.Patches.Select(p => p.Subject).ShouldBe(
            ["pool: start with one", "pool: give two", "README: figures"]);
        Patch first = series.Patches[0];
        first.Author.ShouldBe("Tester <t@localhost>");
        first.Message.ShouldStartWith("Why not.");
        first.Trailers.Select(t => t.Key).ShouldBe(["Fixes", "Signed-off-by"]);
        first.Fixes.ShouldBe([new FixesTrailer("0123456789ab", "pool: start")]);
        first.NoChangeClaim.ShouldBeNull();
        series.Patches[1].NoChangeClaim.ShouldBe("No functional change intended");
        series.Patches.Select(p => p.IsRelated).ShouldBe([true, true, false]);
        series.Notices.ShouldHaveSingleItem().Text.ShouldBe(
            "patch 3 changes nothing that is under test: README");
    }

    [Fact]
    public void The_same_series_gives_the_same_commits_in_every_form()
    {
        string[] ids = Ids(_toy.LoadText(_toy.Mails()));
        Ids(_toy.LoadText(_toy.Mails())).ShouldBe(ids);
        Ids(_toy.LoadText(_toy.Mails("--attach"))).ShouldBe(ids, "as attachments");
        Ids(_toy.LoadText(_toy.Mails().Replace("\n", "\r\n"))).ShouldBe(ids, "with CRLF");
        _toy.Folder.Git("linux", "format-patch", "-o", "../patches", "v6.1..topic");
        Ids(_toy.Load(_toy.Folder["patches"])).ShouldBe(ids, "as a folder");
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(_toy.Mails()));
        Ids(_toy.Load("-", input: input)).ShouldBe(ids, "from standard input");
        foreach (string part in Directory.GetFiles(_toy.Folder["patches"]))
        {
            string name = Path.GetFileName(part);
            File.Move(part, Path.Combine(
                Directory.CreateDirectory(_toy.Folder["maildir/" + (name[3] < '3' ? "cur" : "new")])
                    .FullName,
                name));
        }

        Ids(_toy.Load(_toy.Folder["maildir"])).ShouldBe(ids, "as a Maildir");
    }

    [Theory]
    [InlineData("quoted-printable")]
    [InlineData("base64")]
    public void Encoded_mails_are_decoded(string encoding)
    {
        string[] ids = Ids(_toy.LoadText(_toy.Mails()));
        string mbox = string.Concat(Split(_toy.Mails()).Select(mail =>
        {
            int body = mail.IndexOf("\n\n", StringComparison.Ordinal);
            string text = mail[(body + 2)..];
            string encoded = encoding == "base64"
                ? Convert.ToBase64String(
                    Encoding.UTF8.GetBytes(text.Replace("\n", "\r\n")),
                    Base64FormattingOptions.InsertLineBreaks)
                : text.Replace("=", "=3D").Replace("\t", "=09").Replace("int ", "int=\n ");
            return $"{mail[..body]}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
                + $"Content-Transfer-Encoding: {encoding}\n\n{encoded}\n";
        }));
        Ids(_toy.LoadText(mbox)).ShouldBe(ids);
    }

    [Fact]
    public void A_single_patch_and_a_bare_diff_are_series_of_one()
    {
        string first = Split(_toy.Mails("-N"))[0];
        PatchSeries mail = _toy.LoadText(first[(first.IndexOf('\n') + 1)..]);
        mail.Patches.ShouldHaveSingleItem().Subject.ShouldBe("pool: start with one");
        _toy.Folder.Git(
            "linux", "diff", "--output=../mine.diff", "v6.1", "topic", "--", ToySeries.Pool);
        string diff = _toy.Read("mine.diff");
        PatchSeries bare = _toy.Load(_toy.Folder["mine.diff"]);
        Patch only = bare.Patches.ShouldHaveSingleItem();
        only.Subject.ShouldBe("mine.diff");
        only.Author.ShouldBe("unknown <unknown>");
        PatchSeries described = _toy.LoadText("pool: both\n\nBecause.\n---\n" + diff);
        described.Title.ShouldBe("pool: both");
        described.Patches[0].Message.ShouldBe("Because.");
    }

    [Fact]
    public void Quilts_folder_is_read_in_the_order_of_its_list()
    {
        string[] mails = Split(_toy.Mails("-N"));
        _toy.Folder.Write("patches/b.patch", mails[0]);
        _toy.Folder.Write("patches/a.patch", mails[1]);
        _toy.Folder.Write("patches/series", "# first\nb.patch -p1\n\na.patch # second\n");
        _toy.Load(_toy.Folder["patches"]).Patches.Select(p => p.Subject).ShouldBe(
            ["pool: start with one", "pool: give two"]);
        _toy.Folder.Write("patches/series", "c.patch\n");
        Should.Throw<UserErrorException>(() => _toy.Load(_toy.Folder["patches"]))
            .Message.ShouldEndWith("patches/series: c.patch: no such file");
    }

    [Fact]
    public void A_range_is_taken_as_it_is()
    {
        PatchSeries series = _toy.Load("v6.1..topic", on: null);
        series.Base.Reason.ShouldBe("the start of the range");
        series.Base.Name.ShouldBe("v6.1");
        series.Patches.Select(p => p.Subject).ShouldBe(
            ["pool: start with one", "pool: give two", "README: figures"]);
        string[] own = _toy.Folder.Git("linux", "rev-list", "--reverse", "v6.1..topic").Split('\n');
        Ids(series).ShouldBe(own);
        Ids(_toy.Load("v6.1..", on: null)).ShouldBe(own);
        _toy.Folder.Git("linux", "checkout", "--quiet", "v6.1");
        _toy.Change("README", "three", "3", "on the trunk");
        _toy.Folder.Git("linux", "tag", "v6.2");
        PatchSeries apart = _toy.Load("v6.2..topic", on: null);
        Ids(apart).ShouldBe(own);
        apart.Base.Reason.ShouldBe("where topic leaves the history of v6.2");
        PatchSeries moved = _toy.Load("v6.1..topic", on: "v6.2");
        moved.Base.Reason.ShouldBe("--base");
        moved.Patches.Select(p => p.Failure?.File).ShouldBe([null, null, "README"]);
    }

    [Fact]
    public void A_range_with_a_merge_or_without_commits_is_refused()
    {
        Refused(() => _toy.Load("v6.1..v6.1", null)).ShouldBe("v6.1..v6.1: no commits in it");
        Refused(() => _toy.Load("v6.1...topic", null))
            .ShouldBe("v6.1...topic: a range has two dots: v6.1..topic");
        Refused(() => _toy.Load("v6.1..nowhere", null)).ShouldEndWith("no such revision: nowhere");
        _toy.Folder.Git("linux", "checkout", "--quiet", "-b", "side", "v6.1");
        _toy.Change("include/linux/kernel.h", "a kernel", "one", "a side");
        _toy.Folder.Git("linux", "merge", "--quiet", "--no-edit", "topic");
        Refused(() => _toy.Load("v6.1..side", null)).ShouldMatch(
            @"^v6\.1\.\.side: has 1 merge in it \([0-9a-f]{12}\); a series is one commit after "
            + "the other$");
    }

    [Fact]
    public void Worktrees_bare_and_shallow_clones_are_only_read()
    {
        string mbox = _toy.Folder.Write("series.mbox", _toy.Mails());
        _toy.Folder.Git("linux", "worktree", "add", "--quiet", "../beside", "v6.1");
        _toy.Folder.Git(".", "clone", "--quiet", "--bare", "linux", "bare.git");
        _toy.Folder.Git(
            ".", "clone", "--quiet", "--depth=2", $"file://{_toy.Tree}", "shallow");
        string[] ids = Ids(_toy.Load(mbox));
        foreach ((string tree, string on) in new[]
        {
            ("linux", "v6.1"), ("beside", "HEAD"), ("bare.git", "v6.1"), ("shallow", "topic~1"),
        })
        {
            string before = Fingerprint(_toy.Folder[tree]);
            PatchSeries series = _toy.LoadFrom(tree, mbox, on);
            (tree == "shallow" ? series.Patches[0].Failure!.Reason : string.Join(' ', Ids(series)))
                .ShouldBe(tree == "shallow"
                    ? "what it does is there already"
                    : string.Join(' ', ids));
            Fingerprint(_toy.Folder[tree]).ShouldBe(before, tree);
        }
    }

    [Fact]
    public void One_patch_of_a_series_stands_on_the_commit_before_it()
    {
        string second = Split(_toy.Mails())[1];
        Refused(() => _toy.LoadText(second)).ShouldContain("patches 1/3, 3/3 of the series");
        PatchSeries known = _toy.LoadPart(second);
        known.Patches.ShouldHaveSingleItem().CommitId
            .ShouldBe(_toy.Folder.Git("linux", "rev-parse", "topic~1"));
        known.Base.CommitId.ShouldBe(_toy.Folder.Git("linux", "rev-parse", "topic~2"));
        known.Base.Reason.ShouldEndWith(", which is this patch");

        // Another patch of the same title is not that one.
        PatchSeries other = _toy.LoadPart(second.Replace("give(2)", "give(3)")
            .Replace("return give(1)", "return give(2)"));
        other.Base.Name.ShouldBe("HEAD");
        other.Patches[0].Files.ShouldHaveSingleItem();
    }

    private static string[] Ids(PatchSeries series) =>
        [.. series.Patches.Select(p => p.CommitId.ShouldNotBeNull())];

    private static string Refused(Action load) =>
        Should.Throw<UserErrorException>(load).Message;

    private static string[] Split(string mbox) =>
        [.. mbox.Split("\nFrom ").Select((m, i) => (i > 0 ? "From " : "") + m + "\n")];

    private static string Fingerprint(string folder) => string.Join('\n', Directory
        .GetFiles(folder, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(f => $"{f} {ContentHash.OfFile(f)}"));
}
