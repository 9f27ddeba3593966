// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>A range as the user wrote it: "v6.1..topic".</summary>
/// <param name="From">The revision whose history does not count.</param>
/// <param name="To">The revision whose does.</param>
internal sealed record CommitRange(string From, string To)
{
    private const string Dots = "..";

    /// <summary>Reads one; null if it is no range, but a path. Either side may be left out,
    /// and is HEAD then.</summary>
    /// <exception cref="UserErrorException">It has three dots.</exception>
    public static CommitRange? Parse(string text)
    {
        int dots = text.IndexOf(Dots, StringComparison.Ordinal);
        bool isPath = dots < 0 || Path.Exists(text)
            || text[(dots + Dots.Length)..].StartsWith('/')
            || (dots > 0 && text[dots - 1] == '/') || text.Length == Dots.Length;
        if (isPath)
        {
            return null;
        }

        string to = text[(dots + Dots.Length)..];
        return to.StartsWith('.')
            ? throw new UserErrorException(
                $"{text}: a range has two dots: {text[..dots]}..{to.TrimStart('.')}")
            : new CommitRange(
                dots > 0 ? text[..dots] : "HEAD", to.Length > 0 ? to : "HEAD");
    }
}
