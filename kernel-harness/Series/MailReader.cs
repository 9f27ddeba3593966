// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using System.Text.RegularExpressions;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Series;

/// <summary>
/// Takes files with mails or patches apart, by git's own programs: they know of encodings,
/// folded headers, attachments and line ends as git am does.
/// </summary>
/// <param name="workspace">Where the parts go.</param>
internal sealed partial class MailReader(SeriesWorkspace workspace)
{
    private const string Unknown = "unknown";

    /// <summary>Reads all mails of a file, in their order.</summary>
    /// <exception cref="UserErrorException">It is no mail.</exception>
    public IReadOnlyList<PatchMail> Read(SeriesInput file, CancellationToken cancel)
    {
        string first = FirstLine(file.Path);
        if (!IsEnvelope(first) && !Header().IsMatch(first))
        {
            return [Parse(AsMail(file), file.Name, cancel)];
        }

        string folder = workspace.NewPath();
        Directory.CreateDirectory(folder);
        ToolResult split = workspace.Git.Run(
            [
                "mailsplit", "-d5", "-b", "-o" + folder,
                .. Escaped().IsMatch(first) ? new[] { "--mboxrd" } : [],
                "--", Path.GetFullPath(file.Path),
            ],
            cancel);
        if (split.ExitCode != 0)
        {
            throw new UserErrorException(
                $"{file.Name}: cannot be read as mails: {split.Errors.Trim().Split('\n')[0]}");
        }

        string[] mails = Directory.GetFiles(folder);
        Array.Sort(mails, StringComparer.Ordinal);
        return
        [
            .. mails.Select((mail, i) => Parse(
                mail,
                mails.Length == 1 ? file.Name : $"{file.Name}, mail {i + 1}",
                cancel)),
        ];
    }

    private PatchMail Parse(string mail, string place, CancellationToken cancel)
    {
        string message = workspace.NewPath();
        string patch = workspace.NewPath();
        ToolResult result = workspace.Git.Run(
            [
                "mailinfo", "-k", "--encoding=UTF-8", "--no-scissors", "--quoted-cr=strip",
                message, patch,
            ],
            cancel,
            input: mail);
        if (result.ExitCode != 0)
        {
            throw new UserErrorException(
                $"{place}: cannot be read as a mail: {result.Errors.Trim().Split('\n')[0]}");
        }

        string Value(string name) => PrintableText.Of(result.Output.Split('\n')
            .Where(l => l.StartsWith(name + ": ", StringComparison.Ordinal))
            .Select(l => l[(name.Length + 2)..].Trim())
            .LastOrDefault(string.Empty));

        string address = Value("Email");
        string author = Value("Author");
        string id = MessageId().Match(HeadersOf(mail)) is { Success: true } match
            ? match.Groups["id"].Value
            : string.Empty;
        return new PatchMail(
            place,
            id,
            SubjectTag.Parse(Value("Subject")),
            author.Length > 0 ? author : address.Length > 0 ? address : Unknown,
            address.Length > 0 ? address : Unknown,
            Value("Date"),
            File.ReadAllText(message).Replace("\0", string.Empty).Trim(),
            patch,
            DiffText.HasDiff(patch));
    }

    /// <summary>A bare diff, with or without a description above it as quilt keeps it, becomes
    /// a mail.</summary>
    private string AsMail(SeriesInput file)
    {
        string[] lines = File.ReadAllText(file.Path, Encoding.Latin1).Split('\n');
        string title = lines
            .TakeWhile(l => !DiffText.IsStart(l))
            .Select(l => l.Trim())
            .FirstOrDefault(l => l.Length > 0) ?? string.Empty;
        IEnumerable<string> body = title.Length > 0
            ? lines.SkipWhile(l => l.Trim() != title).Skip(1)
            : lines;
        string mail = workspace.NewPath();
        string subject = title.Length > 0 ? title : Path.GetFileName(file.Name);
        File.WriteAllText(
            mail,
            $"From: {Unknown} <{Unknown}>\nSubject: {subject}\nMIME-Version: 1.0\n"
                + "Content-Type: text/plain; charset=UTF-8\n"
                + "Content-Transfer-Encoding: 8bit\n\n"
                + string.Join('\n', body.Select(l => l.TrimEnd('\r'))),
            Encoding.Latin1);
        return mail;
    }

    private static string FirstLine(string file) => File.ReadLines(file, Encoding.Latin1)
        .First(l => l.Trim().Length > 0);

    private static bool IsEnvelope(string line) =>
        line.StartsWith("From ", StringComparison.Ordinal);

    private static string HeadersOf(string mail) => string.Join('\n', File
        .ReadLines(mail, Encoding.Latin1)
        .SkipWhile(IsEnvelope)
        .TakeWhile(l => l.Trim().Length > 0));

    /// <summary>A description may begin with "subsystem:", which is no header.</summary>
    [GeneratedRegex(
        "^(?:from|subject|date|to|cc|sender|received|return-path|delivered-to|reply-to|"
        + "references|in-reply-to|message-id|mime-version|content-[a-z-]+|list-[a-z-]+|"
        + "arc-[a-z-]+|dkim-[a-z-]+|authentication-results|x-[a-z-]+|envelope-to):",
        RegexOptions.IgnoreCase, PatternLimit.Milliseconds)]
    private static partial Regex Header();

    /// <summary>Those who write mboxes in which lines of a body that begin with "From " have a
    /// ">" in front, however many there were.</summary>
    [GeneratedRegex(@"^From (?:mboxrd@z|git@z|b4 )", RegexOptions.None, PatternLimit.Milliseconds)]
    private static partial Regex Escaped();

    [GeneratedRegex(
        @"^message-id:\s*(?<id>\S+)",
        RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex MessageId();
}
