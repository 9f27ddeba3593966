// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Series;

/// <summary>Looks at a patch before it is applied to anything: whether it is whole, and whether
/// it stays in the tree.</summary>
/// <param name="git">Parses it.</param>
/// <param name="notices">Takes what is odd, and no error.</param>
internal sealed partial class PatchChecks(PrivateGit git, List<SeriesNotice> notices)
{
    /// <summary>Checks one patch.</summary>
    /// <param name="mail">The patch.</param>
    /// <param name="number">Its place in the series.</param>
    /// <param name="cancel">Ends git.</param>
    /// <returns>The patch, and which of its files are binary.</returns>
    /// <exception cref="UserErrorException">It is damaged, or reaches out of the tree.
    /// </exception>
    public CheckedPatch Check(PatchMail mail, int number, CancellationToken cancel)
    {
        DiffText diff = DiffText.Read(mail.PatchFile);
        string[] paths =
            [.. diff.Files.SelectMany(f => (string?[])[f.OldPath, f.NewPath]).OfType<string>()];
        if (paths.FirstOrDefault(IsOutside) is { } outside)
        {
            throw new UserErrorException(
                $"{mail.Name}: changes {outside}, which is not in the tree");
        }

        if (paths.FirstOrDefault(p => PrintableText.Of(p) != p || p.Contains('\n')) is { } odd)
        {
            throw new UserErrorException(
                $"{mail.Name}: changes a file with control characters in its name, "
                + PrintableText.Of(odd.Replace('\n', '?')));
        }

        ToolResult parsed = git.Run(["apply", "--numstat", mail.PatchFile], cancel);
        if (parsed.ExitCode != 0)
        {
            throw new UserErrorException(
                $"{mail.Name}: its patch is cut short or damaged: {Plain(parsed.Errors)}");
        }

        if (diff.Declared is { } declared && declared != diff.Actual)
        {
            notices.Add(new SeriesNotice(
                SeriesNoticeKind.Damaged,
                number,
                $"patch {number} says that it changes {Words(declared)}, and changes "
                + Words(diff.Actual)));
        }

        return new CheckedPatch(
            mail, number, diff.Files, [.. diff.Files.Where(f => f.IsBinary).Select(f => f.Path)]);
    }

    private static string Words((int Files, int Added, int Removed) count) =>
        $"{count.Files} file{(count.Files == 1 ? "" : "s")} (+{count.Added} -{count.Removed})";

    /// <summary>git refuses such paths, too, but does not say of which mail.</summary>
    private static bool IsOutside(string path) => path.StartsWith('/')
        || path.Split('/').Any(p => p is ".." or "." or ""
            || p.Equals(".git", StringComparison.OrdinalIgnoreCase));

    /// <summary>What git says, without the temporary file it says it of.</summary>
    private static string Plain(string errors) => OwnPath().Replace(
        Line().Match(errors).Groups["text"].Value.Trim(), "line ${line} of it");

    [GeneratedRegex(@"^(?:error|fatal): (?<text>.*)$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Line();

    [GeneratedRegex(@"(?:line (?<line>\d+)$|\S*dmadiff-series-\S+?:(?<line>\d+)$)",
        RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex OwnPath();
}
