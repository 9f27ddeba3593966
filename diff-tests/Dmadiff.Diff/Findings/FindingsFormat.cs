// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Findings.Formats;

namespace Dmadiff.Diff.Findings;

/// <summary>A way of writing a report.</summary>
/// <param name="Name">What --format calls it.</param>
/// <param name="Render">The whole document, each line ended by a newline.</param>
public sealed record FindingsFormat(string Name, Func<FindingsReport, string> Render)
{
    /// <summary>Plain text of at most 75 columns, for people and mails.</summary>
    public static FindingsFormat Text { get; } = new("text", TextFormat.Render);

    /// <summary>Every format, the default first.</summary>
    public static IReadOnlyList<FindingsFormat> All { get; } =
    [
        Text,
        new("json", JsonFormat.Render),
        new("junit", JunitFormat.Render),
        new("ktap", KtapFormat.Render),
        new("sarif", SarifFormat.Render),
        new("md", MarkdownFormat.Render),
        new("html", HtmlFormat.Render),
    ];

    /// <summary>Whether people read it, so that other output may stand around it.</summary>
    public bool IsText => Name == Text.Name;
}
