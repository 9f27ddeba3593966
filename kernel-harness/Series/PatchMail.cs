// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>A mail, a patch file or a commit, taken apart.</summary>
/// <param name="Place">Where it is, for messages: "series.mbox, mail 3".</param>
/// <param name="MessageId">What names it; empty if nothing does.</param>
/// <param name="Tag">Its subject.</param>
/// <param name="AuthorName">Who wrote the patch; never empty.</param>
/// <param name="AuthorMail">The author's address; never empty.</param>
/// <param name="Date">When, as the mail says; may be empty or no date.</param>
/// <param name="Message">The text above the "---"; of a mail without a patch, all of it.</param>
/// <param name="PatchFile">A file with what is below: the diff, and text around it.</param>
/// <param name="HasPatch">Whether there is a diff in it.</param>
internal sealed record PatchMail(
    string Place,
    string MessageId,
    SubjectTag Tag,
    string AuthorName,
    string AuthorMail,
    string Date,
    string Message,
    string PatchFile,
    bool HasPatch)
{
    /// <summary>"series.mbox, mail 3 ("[PATCH 2/7] title")".</summary>
    public string Name => $"{Place} (\"{Tag.Mark} {Tag.Title}\")";

    /// <summary>The same mail as one that is no part of a series; a cover letter stays one.
    /// </summary>
    public PatchMail WithoutNumber() =>
        Tag.Number is null or 0 ? this : this with { Tag = Tag with { Number = null } };
}
