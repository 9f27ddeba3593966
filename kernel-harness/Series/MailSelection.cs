// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>
/// Chooses the patches from the mails of a thread: of several versions the newest, in the order
/// of their numbers, each once, without covers and replies.
/// </summary>
/// <param name="source">What messages call the whole.</param>
/// <param name="notices">Takes what is left out.</param>
internal sealed class MailSelection(string source, List<SeriesNotice> notices)
{
    /// <summary>Chooses.</summary>
    /// <param name="mails">All mails, in their order.</param>
    /// <exception cref="UserErrorException">There is no patch; one is missing, or there are two
    /// of the same number; or there are two series.</exception>
    public SeriesMails Choose(IReadOnlyList<PatchMail> mails)
    {
        PatchMail[] all = [.. mails.Where(m => m.HasPatch && !m.Tag.IsReply && m.Tag.Number != 0)];
        if (all.Length == 0)
        {
            throw new UserErrorException($"{source}: no patch in it{WhatIsThere(mails)}");
        }

        int version = all.Max(m => m.Tag.Version);
        PatchMail? cover = mails.LastOrDefault(
            m => m.Tag is { IsReply: false, Number: 0 } && m.Tag.Version == version);
        Leave(mails.Except(all).ToArray());
        PatchMail[] newest = [.. all.Where(m => m.Tag.Version == version)];
        foreach (var older in all.Except(newest).GroupBy(m => m.Tag.Version).OrderBy(g => g.Key))
        {
            Note(
                SeriesNoticeKind.Superseded,
                $"version {older.Key} ({Count(older.Count(), "patch", "patches")}) is left out: "
                + $"version {version} is newer");
        }

        PatchMail[] numbered = [.. newest.Where(m => m.Tag.Number is not null)];
        PatchMail[] chosen = numbered.Length > 0 ? InOrder(numbered) : WithoutCopies(newest);
        foreach (PatchMail stray in numbered.Length > 0 ? newest.Except(numbered) : [])
        {
            Note(
                SeriesNoticeKind.Mail,
                $"\"{stray.Tag.Mark} {stray.Tag.Title}\" is left out: it has no number in the "
                + $"series of {numbered[0].Tag.Total}");
        }

        return new SeriesMails(cover?.Tag.Title ?? chosen[0].Tag.Title, chosen, cover);
    }

    private PatchMail[] InOrder(PatchMail[] mails)
    {
        int[] totals = [.. mails.Select(m => m.Tag.Total).Distinct()];
        if (totals.Length > 1)
        {
            throw new UserErrorException(
                $"{source}: more than one series in it, of {string.Join(" and of ", totals)} "
                + "patches; give one at a time");
        }

        int total = totals[0];
        if (mails.FirstOrDefault(m => m.Tag.Number > total) is { } beyond)
        {
            throw new UserErrorException(
                $"{beyond.Name}: there is no number {beyond.Tag.Number} of {total}");
        }

        ILookup<int, PatchMail> byNumber = mails.ToLookup(m => m.Tag.Number!.Value);
        string[] missing =
        [
            .. Enumerable.Range(1, total).Where(n => !byNumber.Contains(n))
                .Select(n => $"{n}/{total}"),
        ];
        return missing.Length == 0
            ? [.. Enumerable.Range(1, total).Select(n => OneOf([.. byNumber[n]]))]
            : throw new UserErrorException(
                $"{source}: {(missing.Length == 1 ? "patch" : "patches")} "
                + $"{string.Join(", ", missing)} of the series "
                + $"{(missing.Length == 1 ? "is" : "are")} missing");
    }

    /// <summary>Mails of one number: copies of the same, or one that was sent again.</summary>
    private PatchMail OneOf(PatchMail[] mails)
    {
        PatchMail[] sent = mails.Any(m => m.Tag.IsResend)
            ? [.. mails.Where(m => m.Tag.IsResend)]
            : mails;
        foreach (PatchMail replaced in mails.Except(sent))
        {
            Note(
                SeriesNoticeKind.Superseded,
                $"\"{replaced.Tag.Mark} {replaced.Tag.Title}\" is left out: it was sent again");
        }

        PatchMail[] different = WithoutCopies(sent);
        return different.Length == 1
            ? different[0]
            : throw new UserErrorException(
                $"{source}: two mails for patch {mails[0].Tag.Number}/{mails[0].Tag.Total}, which "
                + $"differ: {different[0].Name} and {different[1].Name}");
    }

    private PatchMail[] WithoutCopies(PatchMail[] mails)
    {
        var kept = new List<PatchMail>();
        foreach (PatchMail mail in mails)
        {
            if (kept.Any(k => IsCopy(k, mail)))
            {
                Note(
                    SeriesNoticeKind.Superseded,
                    $"\"{mail.Tag.Mark} {mail.Tag.Title}\" is there more than once, and taken "
                    + "once");
            }
            else
            {
                kept.Add(mail);
            }
        }

        return [.. kept];
    }

    private static bool IsCopy(PatchMail one, PatchMail other) =>
        (one.MessageId.Length > 0 && one.MessageId == other.MessageId)
        || (one.Tag.Title == other.Tag.Title && one.Message == other.Message
            && File.ReadAllBytes(one.PatchFile).AsSpan().TrimEnd("\r\n"u8).SequenceEqual(
                File.ReadAllBytes(other.PatchFile).AsSpan().TrimEnd("\r\n"u8)));

    private void Leave(PatchMail[] mails)
    {
        foreach (PatchMail cover in mails.Where(m => m.Tag is { IsReply: false, Number: 0 }))
        {
            Note(
                SeriesNoticeKind.Mail,
                $"the cover letter \"{cover.Tag.Mark} {cover.Tag.Title}\" holds no patch");
        }

        PatchMail[] replies = [.. mails.Where(m => m.Tag.IsReply)];
        int withPatch = replies.Count(m => m.HasPatch);
        if (replies.Length > 0)
        {
            Note(
                SeriesNoticeKind.Mail,
                Count(replies.Length, "reply is", "replies are") + " left out"
                + (withPatch > 0 ? $", {withPatch} of them with a patch" : string.Empty));
        }

        foreach (PatchMail mail in mails.Where(m => m.Tag is { IsReply: false, Number: not 0 }))
        {
            Note(SeriesNoticeKind.Mail, $"\"{mail.Tag.Title}\" is left out: no patch in it");
        }
    }

    private static string WhatIsThere(IReadOnlyList<PatchMail> mails)
    {
        int covers = mails.Count(m => m.Tag is { IsReply: false, Number: 0 });
        int replies = mails.Count(m => m.Tag.IsReply);
        string[] parts =
        [
            .. covers > 0 ? new[] { Count(covers, "cover letter", "cover letters") } : [],
            .. replies > 0 ? new[] { Count(replies, "reply", "replies") } : [],
            .. mails.Count > covers + replies
                ? new[] { Count(mails.Count - covers - replies, "other mail", "other mails") }
                : [],
        ];
        return $", only {string.Join(" and ", parts)}";
    }

    private static string Count(int number, string one, string many) =>
        $"{number} {(number == 1 ? one : many)}";

    private void Note(SeriesNoticeKind kind, string text) =>
        notices.Add(new SeriesNotice(kind, 0, text));
}
