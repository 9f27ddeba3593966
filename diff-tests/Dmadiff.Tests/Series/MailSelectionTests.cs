// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Series;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Series;

/// <summary>Of all mails of a thread, those are taken that make the series.</summary>
public sealed class MailSelectionTests : IDisposable
{
    private static readonly string[] Titles =
        ["pool: start with one", "pool: give two", "README: figures"];

    private readonly ToySeries _toy = new();

    public void Dispose() => _toy.Dispose();

    [Fact]
    public void Patches_out_of_order_are_sorted()
    {
        string[] mails = Mails(_toy.Mails());
        Subjects(_toy.LoadText(mails[2] + mails[0] + mails[1])).ShouldBe(Titles);
    }

    [Fact]
    public void Covers_and_replies_are_left_out_and_said()
    {
        string[] mails = Mails(_toy.Mails("--cover-letter", "--subject-prefix=PATCH v2"));
        mails.Length.ShouldBe(4);
        string cover = mails[0].Replace("*** SUBJECT HERE ***", "pool: all of it");
        string reply = mails[1].Replace("Subject: ", "Subject: Re: ");
        PatchSeries series = _toy.LoadText(
            cover + mails[1] + reply + mails[2] + mails[3]
            + mails[1].Replace("Subject: [PATCH v2 1/3]", "Subject: [PATCH v2] and:"));
        Subjects(series).ShouldBe(Titles);
        series.Title.ShouldBe("pool: all of it");
        series.Notices.Where(n => n.Kind == SeriesNoticeKind.Mail).Select(n => n.Text).ShouldBe(
            [
                "the cover letter \"[PATCH v2 0/3] pool: all of it\" holds no patch",
                "1 reply is left out, 1 of them with a patch",
                "\"[PATCH v2] and: pool: start with one\" is left out: it has no number in the "
                    + "series of 3",
            ], ignoreOrder: true);
    }

    [Fact]
    public void Of_two_versions_the_newer_is_taken()
    {
        string newer = _toy.Mails("-v2").Replace("Why not.", "Why, indeed.");
        PatchSeries series = _toy.LoadText(newer + _toy.Mails());
        Subjects(series).ShouldBe(Titles);
        series.Patches[0].Message.ShouldStartWith("Why, indeed.");
        series.Notices[0].ShouldBe(new SeriesNotice(
            SeriesNoticeKind.Superseded,
            0,
            "version 1 (3 patches) is left out: version 2 is newer"));
    }

    [Fact]
    public void A_mail_that_is_there_twice_is_taken_once()
    {
        string[] mails = Mails(_toy.Mails());
        PatchSeries series = _toy.LoadText(mails[0] + mails[1] + mails[0] + mails[2]);
        Subjects(series).ShouldBe(Titles);
        series.Notices[0].Text.ShouldBe("\"[PATCH 1/3] pool: start with one\" is there more than "
            + "once, and taken once");
        string resent = mails[0].Replace("[PATCH 1/3]", "[PATCH RESEND 1/3]")
            .Replace("Why not.", "Again.");
        PatchSeries again = _toy.LoadText(mails[0] + mails[1] + resent + mails[2]);
        again.Patches[0].Message.ShouldStartWith("Again.");
        again.Notices[0].Text.ShouldBe(
            "\"[PATCH 1/3] pool: start with one\" is left out: it was sent again");
    }

    [Theory]
    [InlineData("[PATCH] a: b", "a: b", false, 1, null, 0)]
    [InlineData("[PATCH v2 RESEND 1/7] a", "a", false, 2, 1, 7)]
    [InlineData("[RFC PATCHv3 net-next 02/12] a", "a", false, 3, 2, 12)]
    [InlineData("[PATCH V4 0/3] [draft] a", "a", false, 4, 0, 3)]
    [InlineData("Re: [PATCH 6.1 1/2] a", "a", true, 1, 1, 2)]
    [InlineData("AW: RE: Fwd: [PATCH] a", "a", true, 1, null, 0)]
    [InlineData("[PATCH 6.1/6.6] a", "a", false, 1, null, 0)]
    [InlineData("regulator: a [1/2]", "regulator: a [1/2]", false, 1, null, 0)]
    public void Subjects_are_taken_apart(
        string subject, string title, bool reply, int version, int? number, int total)
    {
        var tag = SubjectTag.Parse(subject);
        (tag.Title, tag.IsReply, tag.Version, tag.Number, tag.Total)
            .ShouldBe((title, reply, version, number, total));
    }

    [Theory]
    [InlineData("No functional change.", "No functional change")]
    [InlineData("No functional changes intended.", "No functional changes intended")]
    [InlineData("There is no\nfunctional change.", "no functional change")]
    [InlineData("no intended functional change", "no intended functional change")]
    [InlineData("No behavioural change is intended", "No behavioural change is intended")]
    [InlineData("No change in behavior.", "No change in behavior")]
    [InlineData("No changes to existing functionality", "No changes to existing functionality")]
    [InlineData("Move it. NFC", "NFC")]
    [InlineData("NFCI.", "NFCI")]
    [InlineData("without any functional change", "without any functional change")]
    [InlineData(
        "This does not introduce any functional changes",
        "does not introduce any functional changes")]
    [InlineData("A functional change.", null)]
    [InlineData("nfc: a driver for near fields", null)]
    [InlineData("No change in the layout", null)]
    [InlineData("Now functional changes follow", null)]
    public void A_claim_that_nothing_changes_is_found(string message, string? claim) =>
        NoChangeClaims.Find("pool: move", message).ShouldBe(claim);

    [Fact]
    public void A_claim_in_the_subject_counts() =>
        NoChangeClaims.Find("pool: move (NFC)", string.Empty).ShouldBe("NFC");

    [Fact]
    public void Trailers_are_those_at_the_end_and_fixes_anywhere()
    {
        Trailers.Of("Note: this is text.\nAnd so on.\n\nFixes: 0123456789ab (\"a long\n subject\")\n"
                + "Cc: stable@localhost # 6.1\n\nSigned-off-by: A <a@b>\n[c: added a comment]\n"
                + "Signed-off-by: C <c@d>")
            .ShouldBe(
            [
                new Trailer("Fixes", "0123456789ab (\"a long subject\")"),
                new Trailer("Cc", "stable@localhost # 6.1"),
                new Trailer("Signed-off-by", "A <a@b>"),
                new Trailer("Signed-off-by", "C <c@d>"),
            ]);
        Trailers.Of("Fixes: 0123456789ab (\"a\")\n\nBut that is not all.").Count.ShouldBe(1);
        Trailers.Of("Just text.").ShouldBeEmpty();
        FixesTrailer.Parse(new Trailer("Fixes", "the thing")).ShouldBeNull();
    }

    private static string[] Subjects(PatchSeries series) =>
        [.. series.Patches.Select(p => p.Subject)];

    private static string[] Mails(string mbox) =>
        [.. mbox.Split("\nFrom ").Select((m, i) => (i > 0 ? "From " : "") + m.TrimEnd('\n') + "\n\n")];
}
