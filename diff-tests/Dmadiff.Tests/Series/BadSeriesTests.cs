// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Series;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Series;

/// <summary>What is no whole series is refused in one line that says where and why.</summary>
public sealed class BadSeriesTests : IDisposable
{
    private const string Cover = "From: A <a@localhost>\nSubject: [PATCH v2 0/3] pool: all of it\n"
        + "Date: Thu, 1 Jan 2026 10:00:00 +0000\n\nThis series is about the pool.\n";

    private readonly ToySeries _toy = new();

    public void Dispose() => _toy.Dispose();

    [Fact]
    public void An_mbox_without_a_patch()
    {
        string mbox = "From a@localhost Thu Jan  1 00:00:00 2026\n" + Cover
            + "\nFrom b@localhost Thu Jan  1 00:00:00 2026\n"
            + Cover.Replace("Subject: ", "Subject: Re: ")
            + "\nFrom c@localhost Thu Jan  1 00:00:00 2026\nFrom: C <c@localhost>\n"
            + "Subject: hello\n\nAnd goodbye.\n";
        Refused(mbox).ShouldEndWith(
            "series.mbox: no patch in it, only 1 cover letter and 1 reply and 1 other mail");
    }

    [Theory]
    [InlineData("", ": empty, no patch in it")]
    [InlineData(" \n\n", ": empty, no patch in it")]
    [InlineData("a\0b", ": no text, and so neither mail nor patch")]
    [InlineData("nothing to see\n", ": no patch in it, only 1 other mail")]
    [InlineData("\u001f\u008b\b", ": compressed; unpack it first, with gunzip")]
    public void What_is_no_mail(string text, string complaint)
    {
        string path = _toy.Folder["it"];
        File.WriteAllText(path, text, System.Text.Encoding.Latin1);
        Should.Throw<UserErrorException>(() => _toy.Load(path)).Message
            .ShouldBe(path + complaint);
    }

    [Fact]
    public void What_is_not_there()
    {
        Should.Throw<UserErrorException>(() => _toy.Load("../no.mbox")).Message.ShouldBe(
            "../no.mbox: no such file or folder; a range of commits looks like v6.1..topic");
        Directory.CreateDirectory(_toy.Folder["none"]);
        Should.Throw<UserErrorException>(() => _toy.Load(_toy.Folder["none"])).Message
            .ShouldEndWith("none: no patches in this folder (.patch, .diff, .eml, .mbox, .mbx)");
        Should.Throw<UserErrorException>(() => _toy.LoadFrom(null, "v6.1..topic")).Message.ShouldBe(
            "v6.1..topic: a range of commits is one of a tree; say which with --tree PATH");
    }

    [Fact]
    public void A_patch_that_was_cut_short()
    {
        string mbox = _toy.Mails();
        string cut = mbox[..mbox.IndexOf("+static int free", StringComparison.Ordinal)];
        Refused(cut).ShouldMatch(
            @"series\.mbox, mail 1 \(""\[PATCH 1/3\] pool: start with one""\): its patch is cut "
            + @"short or damaged: corrupt patch at line \d+ of it$|patches 2/3, 3/3 of the series "
            + "are missing$");
        string alone = cut.Replace("[PATCH 1/3]", "[PATCH]");
        Refused(alone).ShouldMatch(
            @"series\.mbox \(""\[PATCH\] pool: start with one""\): its patch is cut short or "
            + @"damaged: corrupt patch at line \d+ of it$");
    }

    [Fact]
    public void A_patch_that_lacks_a_file_does_not_hold_what_it_says()
    {
        _toy.Folder.Git("linux", "checkout", "--quiet", "-b", "two", "v6.1");
        _toy.Folder.Write("linux/README", "1\n2\n3\n");
        _toy.Change(ToySeries.Pool, "free = 0", "free = 9", "pool: and a file");
        string mail = _toy.Folder.Git(
            "linux", "format-patch", "--stdout", "--no-signature", "v6.1..two") + "\n";
        string cut = mail[..mail.IndexOf("diff --git a/kernel", StringComparison.Ordinal)];
        SeriesNotice notice = _toy.LoadText(cut).Notices
            .Single(n => n.Kind == SeriesNoticeKind.Damaged);
        notice.Text.ShouldBe("patch 1 says that it changes 2 files (+4 -4), and changes "
            + "1 file (+3 -3)");
    }

    [Fact]
    public void A_series_with_a_gap()
    {
        string[] mails = _toy.Mails().Split("\nFrom ");
        Refused(mails[0] + "\nFrom " + mails[2]).ShouldEndWith(
            "series.mbox: patch 2/3 of the series is missing");
        Refused("From " + mails[2]).ShouldEndWith(
            "series.mbox: patches 1/3, 2/3 of the series are missing");
        Refused(_toy.Mails().Replace("[PATCH 3/3]", "[PATCH 3/4]")).ShouldEndWith(
            "series.mbox: more than one series in it, of 3 and of 4 patches; give one at a time");
        Refused(_toy.Mails().Replace("[PATCH 3/3]", "[PATCH 4/3]")).ShouldEndWith(
            "mail 3 (\"[PATCH 4/3] README: figures\"): there is no number 4 of 3");
    }

    [Fact]
    public void Two_patches_of_one_number()
    {
        string other = _toy.Mails().Split("\nFrom ")[0].Replace("free = 1", "free = 7")
            .Replace("Why not", "Why");
        Refused(_toy.Mails() + "\n" + other + "\n").ShouldMatch(
            @"two mails for patch 1/3, which differ: .*series\.mbox, mail 1 .* and .*mail 4 ");
    }

    [Theory]
    [InlineData("../../outside.c")]
    [InlineData("/etc/passwd")]
    [InlineData("kernel/../../outside.c")]
    [InlineData(".git/hooks/post-checkout")]
    [InlineData("kernel/.GIT/config")]
    public void A_path_that_is_not_in_the_tree(string path)
    {
        string diff = $"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+harm\n";
        Refused("a patch\n---\n" + diff).ShouldEndWith(
            $"(\"[PATCH] a patch\"): changes {path}, which is not in the tree");
        string git = $"diff --git a/x b/x\nsimilarity index 100%\nrename from README\n"
            + $"rename to {path}\n";
        Refused("a patch\n---\n" + git).ShouldContain($"changes {path}, which is not in the tree");
    }

    [Fact]
    public void A_link_out_of_the_tree_is_not_followed()
    {
        _toy.Folder.Write("outside/victim.c", "safe\n");
        string link = "diff --git a/kernel/out b/kernel/out\nnew file mode 120000\n"
            + "--- /dev/null\n+++ b/kernel/out\n@@ -0,0 +1 @@\n"
            + $"+{_toy.Folder["outside"]}\n\\ No newline at end of file\n";
        string write = "--- a/kernel/out/victim.c\n+++ b/kernel/out/victim.c\n@@ -1 +1 @@\n"
            + "-safe\n+harm\n";
        _toy.Folder.Write("patches/1.patch", "a link\n---\n" + link);
        _toy.Folder.Write("patches/2.patch", "a file behind it\n---\n" + write);
        PatchSeries series = _toy.Load(_toy.Folder["patches"]);
        series.Patches[0].CommitId.ShouldNotBeNull();
        series.Patches[1].Failure!.Place.ShouldBe("kernel/out/victim.c");
        _toy.Read("outside/victim.c").ShouldBe("safe\n");
    }

    [Fact]
    public void No_base_that_fits()
    {
        string stranger = "a patch\n---\n--- a/kernel/dma/none.c\n+++ b/kernel/dma/none.c\n"
            + "@@ -1 +1 @@\n-one\n+two\n";
        string path = _toy.Folder.Write("series.mbox", stranger);
        Should.Throw<UserErrorException>(() => _toy.Load(path, on: null)).Message.ShouldBe(
            $"{path}: applies to none of HEAD, v6.1; on HEAD, patch 1 fails at "
            + "kernel/dma/none.c: there is no such file; say which revision with --base");
    }

    private string Refused(string mbox) =>
        Should.Throw<UserErrorException>(() => _toy.LoadText(mbox)).Message;
}
