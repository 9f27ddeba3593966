// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Series;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Series;

/// <summary>A series without --base finds its own, and says why that one.</summary>
public sealed class BaseSearchTests : IDisposable
{
    private readonly ToySeries _toy = new();

    public BaseSearchTests()
    {
        _toy.Folder.Git("linux", "checkout", "--quiet", "-b", "trunk", "v6.1");
        _toy.Change("Makefile", "PATCHLEVEL = 1", "PATCHLEVEL = 2", "6.2");
        _toy.Folder.Git("linux", "tag", "v6.2-rc1");
        _toy.Change("README", "three", "3", "6.2");
        _toy.Folder.Git("linux", "tag", "v6.2");
        _toy.Change(ToySeries.Pool, "return give(1)", "return give(3)", "on the way to 6.3");
    }

    public void Dispose() => _toy.Dispose();

    [Fact]
    public void The_mails_say_it()
    {
        string mbox = _toy.Mails("--base=v6.1");
        mbox.ShouldContain("base-commit: " + _toy.Base);
        SeriesBase found = _toy.LoadText(mbox, on: null).Base;
        found.ShouldBe(new SeriesBase(_toy.Base, _toy.Base[..12], "the mails' base-commit"));
        SeriesBase asked = _toy.LoadText(mbox, on: "v6.2-rc1").Base;
        (asked.Name, asked.Reason).ShouldBe(("v6.2-rc1", "--base"));
    }

    [Fact]
    public void The_cover_letter_says_it()
    {
        string mbox = _toy.Mails("--base=v6.1", "--cover-letter");
        _toy.LoadText(mbox, on: null).Base.Reason.ShouldBe("the mails' base-commit");
    }

    [Fact]
    public void Without_it_the_newest_that_fits_as_it_is_is_taken()
    {
        PatchSeries series = _toy.LoadText(_toy.Mails(), on: null);
        series.Base.Name.ShouldBe("v6.2-rc1");
        series.Base.Reason.ShouldBe(
            "the newest of 4 kernels at hand that the whole series applies to");
        series.FirstFailed.ShouldBeNull();
    }

    [Fact]
    public void A_base_that_is_not_there_is_said()
    {
        string mbox = _toy.Mails("--base=v6.1").Replace(_toy.Base, new string('a', 40))
            + "prerequisite-patch-id: " + new string('b', 40) + "\n";
        PatchSeries series = _toy.LoadText(mbox, on: null);
        series.Base.Name.ShouldBe("v6.2-rc1");
        series.Notices.Where(n => n.Kind == SeriesNoticeKind.Base).Select(n => n.Text).ShouldBe(
            [
                "the mails say that 1 other patch goes before the series",
                $"the mails' base-commit aaaaaaaaaaaa is not in {_toy.Tree}",
            ]);
    }
}
