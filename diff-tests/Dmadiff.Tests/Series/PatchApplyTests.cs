// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Running;
using Dmadiff.KernelHarness.Series;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Series;

/// <summary>Patches are applied as git am -3 does, say where they do not fit, and touch nothing
/// of the user's.</summary>
public sealed class PatchApplyTests : IDisposable
{
    private readonly ToySeries _toy = new();

    public void Dispose() => _toy.Dispose();

    [Fact]
    public void Each_patch_becomes_a_commit_with_the_functions_it_changes()
    {
        PatchSeries series = _toy.LoadText(_toy.Mails());
        _toy.After(series, 1, ToySeries.Pool).ShouldContain("free = 1");
        _toy.After(series, 1, ToySeries.Pool).ShouldContain("give(1)");
        _toy.After(series, 2, ToySeries.Pool).ShouldContain("give(2)");
        PatchedFile first = series.Patches[0].Files.ShouldHaveSingleItem();
        first.Added.ShouldBe([new LineRange(3, 3)]);
        first.Functions.ShouldBeEmpty();
        PatchedFile second = series.Patches[1].Files.ShouldHaveSingleItem();
        PatchedFunction give = second.Functions.ShouldHaveSingleItem();
        (give.Name, give.Lines, give.IsNew).ShouldBe(("give_one", new LineRange(15, 23), false));
        give.Added.ShouldBe([new LineRange(21, 21)]);
    }

    [Fact]
    public void Functions_that_are_new_or_only_lose_lines_are_told()
    {
        _toy.Folder.Git("linux", "checkout", "--quiet", "-b", "more", "v6.1");
        _toy.Change(
            ToySeries.Pool,
            "\tlook_at = n;\n",
            string.Empty,
            "pool: less");
        _toy.Change(
            ToySeries.Pool,
            "\nstatic int count_one",
            "\nstatic inline void *\nnew_one(int a,\n\tint b)\n{\n}\n\nstatic int count_one",
            "pool: more");
        PatchSeries series = _toy.Load("v6.1..more", on: null);
        PatchedFunction less = series.Patches[0].Files[0].Functions.ShouldHaveSingleItem();
        (less.Name, less.IsNew, less.Added.Count).ShouldBe(("look_one", false, 0));
        PatchedFunction more = series.Patches[1].Files[0].Functions.ShouldHaveSingleItem();
        (more.Name, more.IsNew).ShouldBe(("new_one", true));
    }

    [Fact]
    public void A_patch_that_needs_fuzz_is_applied_and_says_where()
    {
        string mbox = _toy.Mails();
        _toy.Folder.Git("linux", "checkout", "--quiet", "-b", "moved", "v6.1");
        _toy.Change(ToySeries.Pool, "give_at;\n\n", "give_at;\n\tint more;\n", "in the way");
        string alien = mbox.Replace("index ", "index 00");
        PatchSeries series = _toy.LoadText(alien, on: "moved");
        series.Patches[0].Loose.ShouldBeEmpty();
        LooseHunk hunk = series.Patches[1].Loose.ShouldHaveSingleItem();
        (hunk.File, hunk.Hunk).ShouldBe((ToySeries.Pool, 1));
        hunk.How.ShouldMatch(@"^with \d lines of context before it and \d after, at line \d+$");
        _toy.After(series, 2, ToySeries.Pool).ShouldContain("return give(2)");
        series.Notices.Where(n => n.Kind == SeriesNoticeKind.Fuzz).ShouldHaveSingleItem().Text
            .ShouldStartWith("patch 2 does not fit moved as it is: kernel/dma/pool.c, hunk 1 is");
    }

    [Fact]
    public void What_a_merge_can_do_is_done_by_a_merge()
    {
        string mbox = _toy.Mails();
        _toy.Folder.Git("linux", "checkout", "--quiet", "-b", "moved", "v6.1");
        _toy.Change(ToySeries.Pool, "int give_at;\n", "int give_at, n2;\n", "in the way");
        _toy.Change(ToySeries.Pool, "give_at = n;\n", "give_at = n; /* n */\n", "in the way");
        PatchSeries series = _toy.LoadText(mbox, on: "moved");
        series.FirstFailed.ShouldBeNull();
        series.Patches[1].Loose.ShouldHaveSingleItem().ShouldBe(
            new LooseHunk(ToySeries.Pool, 0, "by a three-way merge"));
        _toy.After(series, 2, ToySeries.Pool).ShouldContain("return give(2)");
    }

    [Fact]
    public void A_patch_that_does_not_fit_names_file_hunk_and_reason()
    {
        string mbox = _toy.Mails();
        _toy.Folder.Git("linux", "checkout", "--quiet", "-b", "other", "v6.1");
        _toy.Change(ToySeries.Pool, "return give(1)", "return give(3)", "in the way");
        PatchSeries series = _toy.LoadText(mbox, on: "other");
        series.Patches[0].CommitId.ShouldNotBeNull();
        series.FirstFailed.ShouldBe(series.Patches[1]);
        PatchFailure failure = series.Patches[1].Failure!;
        failure.ShouldBe(new PatchFailure(
            ToySeries.Pool, 1, 18, "no line \"return give(1);\" in it"));
        failure.Place.ShouldBe("kernel/dma/pool.c, hunk 1 (line 18)");
        series.Patches[2].CommitId.ShouldBeNull();
        series.Patches[2].Failure.ShouldBeNull();
        series.Patches[2].Files.ShouldHaveSingleItem().Path.ShouldBe("README");
    }

    [Fact]
    public void A_patch_that_is_in_the_base_says_so()
    {
        PatchSeries series = _toy.LoadText(_toy.Mails(), on: "topic");
        series.Patches[0].Failure!.Reason.ShouldBe("what it does is there already");
    }

    [Fact]
    public void A_binary_file_is_left_as_it_is()
    {
        _toy.Folder.Git("linux", "checkout", "--quiet", "-b", "logo", "v6.1");
        File.WriteAllBytes(_toy.Folder["linux/logo[1].bin"], [0, 1, 2, 0, 255]);
        _toy.Change(ToySeries.Pool, "free = 0", "free = 5", "pool: and a logo");
        foreach (string option in (string[])["--binary", "--no-binary"])
        {
            PatchSeries series = _toy.LoadText(_toy.Folder.Git(
                "linux", "format-patch", "--stdout", "--no-signature", option, "v6.1..logo")
                + "\n\n");
            series.Patches[0].Files.Select(f => f.Path).ShouldBe([ToySeries.Pool]);
            series.Notices.ShouldContain(n => n.Kind == SeriesNoticeKind.Binary && n.Text
                == "patch 1 changes logo[1].bin, a binary file, which is left as it is");
        }
    }

    [Fact]
    public void A_series_that_changes_nothing_under_test_is_no_error()
    {
        _toy.Folder.Git("linux", "checkout", "--quiet", "-b", "docs", "v6.1");
        _toy.Change("README", "one", "1", "README: one");
        PatchSeries series = _toy.Load("v6.1..docs", on: null);
        series.Notices.ShouldBe([new SeriesNotice(
            SeriesNoticeKind.Unrelated, 0, "nothing that is under test is changed: README")]);
    }

    [Fact]
    public void Of_a_series_of_nothing_but_binary_files_both_is_said()
    {
        _toy.Folder.Git("linux", "checkout", "--quiet", "-b", "logo", "v6.1");
        File.WriteAllBytes(_toy.Folder["linux/logo.bin"], [0, 1, 2, 0, 255]);
        _toy.Folder.Git("linux", "add", "logo.bin");
        _toy.Folder.Git("linux", "commit", "--quiet", "-m", "logo: draw it");
        string mail = _toy.Folder.Git(
            "linux", "format-patch", "--stdout", "--no-signature", "--binary", "v6.1..logo");
        _toy.LoadText(mail + "\n\n").Notices.Select(n => n.Text).ShouldBe(
            [
                "patch 1 changes logo.bin, a binary file, which is left as it is",
                "nothing that is under test is changed",
            ]);
    }

    [Fact]
    public void Neither_tree_nor_patch_nor_user_can_configure_git()
    {
        string[] ids = [.. _toy.LoadText(_toy.Mails()).Patches.Select(p => p.CommitId!)];
        string mark = _toy.Folder["mark"];
        string hook = $"#!/bin/sh\ntouch {mark}\n";
        foreach (string name in (string[])["post-index-change", "reference-transaction"])
        {
            File.WriteAllText(_toy.Folder["linux/.git/hooks/" + name], hook);
            MakeExecutable("linux/.git/hooks/" + name);
        }

        _toy.Folder.Git("linux", "config", "core.fsmonitor", $"touch {mark}");
        _toy.Folder.Git("linux", "config", "core.autocrlf", "true");
        _toy.Folder.Git("linux", "config", "apply.whitespace", "error");
        _toy.Folder.Git("linux", "config", "filter.f.clean", $"touch {mark}; cat");
        _toy.Folder.Git("linux", "config", "diff.f.textconv", $"touch {mark}; cat");
        _toy.Folder.Git("linux", "config", "merge.f.driver", $"touch {mark}; cp %A %B; exit 0");
        File.WriteAllText(
            _toy.Folder["linux/.git/info/attributes"], "* filter=f diff=f merge=f eol=crlf\n");
        File.Delete(mark);
        PatchSeries series = _toy.LoadText(_toy.Mails());
        series.Patches.Select(p => p.CommitId).ShouldBe(ids);

        // A patch may bring attributes along; the next would obey them.
        string attributes = "[PATCH 0]\n---\n--- /dev/null\n+++ b/.gitattributes\n"
            + "@@ -0,0 +1 @@\n+* text eol=crlf merge=union -diff filter=f\n";
        _toy.Folder.Write("patches/0.patch", "Subject: attributes\n" + attributes[10..]);
        _toy.Folder.Write("patches/1.patch", _toy.Mails("-N").Split("\nFrom ")[0] + "\n");
        PatchSeries armed = _toy.Load(_toy.Folder["patches"]);
        armed.FirstFailed.ShouldBeNull();
        _toy.After(armed, 2, ToySeries.Pool).ShouldBe(_toy.After(series, 1, ToySeries.Pool));
        armed.Patches[1].Files[0].Added.Count.ShouldBe(1);
        File.Exists(mark).ShouldBeFalse();
    }

    [Fact]
    public void Files_and_folders_come_and_go_as_git_has_it()
    {
        _toy.Folder.Git("linux", "checkout", "--quiet", "-b", "shape", "v6.1");
        _toy.Folder.Write("linux/lib/deep/one.c", "int one;\n");
        _toy.Folder.Write("linux/tool.sh", "#!/bin/sh\n");
        MakeExecutable("linux/tool.sh");
        File.CreateSymbolicLink(_toy.Folder["linux/link"], "README");
        _toy.Folder.Commit("linux", "lib: files");
        _toy.Folder.Git("linux", "rm", "--quiet", "-r", "lib", "link");
        _toy.Folder.Git("linux", "mv", "README", "NOTES");
        _toy.Folder.Commit("linux", "lib: gone");
        _toy.Folder.Git("linux", "checkout", "--quiet", "--orphan", "other");
        string mbox = _toy.Folder.Git(
            "linux", "format-patch", "--stdout", "--no-signature", "v6.1..shape") + "\n\n";
        PatchSeries series = _toy.LoadText(mbox);
        string[] trees = ["shape~1^{tree}", "shape^{tree}"];
        series.Patches.Select(p => _toy.Folder.Git(
                "linux", "--git-dir=" + series.Repository, "rev-parse", p.CommitId + "^{tree}"))
            .ShouldBe(trees.Select(t => _toy.Folder.Git("linux", "rev-parse", t)));
        series.Patches[1].Files.Select(f => (f.Path, f.OldPath, f.IsRemoved)).ShouldBe(
            [
                ("NOTES", "README", false), ("lib/deep/one.c", "lib/deep/one.c", true),
                ("link", "link", true),
            ]);
        string file = "--- /dev/null\n+++ b/README/below\n@@ -0,0 +1 @@\n+x\n";
        _toy.LoadText("a file as a folder\n---\n" + file).Patches[0].Failure!.ShouldBe(
            new PatchFailure("README/below", 0, 0, "a folder on its path is a file"));
        string folder = "--- /dev/null\n+++ b/kernel/dma\n@@ -0,0 +1 @@\n+x\n";
        _toy.LoadText("a folder as a file\n---\n" + folder).Patches[0].Failure!.ShouldBe(
            new PatchFailure("kernel/dma", 0, 0, "it is to be a file, and is a folder"));
    }

    [Fact]
    public void An_edit_of_the_last_patch_leaves_the_other_commits()
    {
        PatchSeries one = _toy.LoadText(_toy.Mails());
        PatchSeries two = _toy.LoadText(_toy.Mails().Replace("README: figures", "README: digits"));
        two.Patches.Take(2).Select(p => p.CommitId)
            .ShouldBe(one.Patches.Take(2).Select(p => p.CommitId));
        two.Patches[2].CommitId.ShouldNotBe(one.Patches[2].CommitId);
        two.Repository.ShouldBe(one.Repository);
    }

    private void MakeExecutable(string file) =>
        Tool.Output("chmod", ["+x", _toy.Folder[file]], CancellationToken.None);
}
