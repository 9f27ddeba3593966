// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Commands;
using Dmadiff.Cli.Histories;
using Dmadiff.Diff.Histories;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.Cli.Output;

/// <summary>Writes what a bisection found, at most 75 columns wide but for what is quoted.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="session">Has run it.</param>
/// <param name="ends">The range.</param>
internal sealed class BisectReport(TextWriter output, HistorySession session, RangeEnds ends)
{
    private const int MostHunkLines = 60;

    /// <summary>The options with which a reader runs the trace again, but for the revision.
    /// </summary>
    public required string TreeOptions { get; init; }

    /// <summary>Where traces go.</summary>
    public required TraceFiles Files { get; init; }

    /// <summary>Writes the result for one trace.</summary>
    /// <returns>Whether there is exactly one first bad commit.</returns>
    public bool Write(BisectResult result, CancellationToken cancel)
    {
        Bisection bisection = result.Bisection;
        if (bisection.BadBase is { } mergeBase)
        {
            WriteBadBase(result, mergeBase, cancel);
            return false;
        }

        Culprit culprit = Culprit.Inspect(session, result, cancel);
        bool isOne = bisection.FirstBad.Count == 1;
        if (isOne)
        {
            Line($"{result.Trace.Origin}: the first {ends.BadTerm} commit is");
            Line();
            WriteCommit(culprit.Commit);
            Line();
            WriteFinding(result, culprit);
            WriteHunks(result, culprit);
        }
        else
        {
            WriteCandidates(result, cancel);
            WriteFinding(result, culprit);
        }

        WriteUntestable(result, cancel);
        string path = WriteTrace(culprit);
        WriteSides(culprit);
        if (isOne)
        {
            new BisectReply(output).Write(result, culprit, Path.GetFileName(path));
        }

        return isOne;
    }

    private void WriteBadBase(BisectResult result, string mergeBase, CancellationToken cancel)
    {
        CommitInfo commit = session.Git.Describe(mergeBase, cancel);
        Fill($"{result.Trace.Origin}: {ends.Good} ({ends.GoodTerm}) does not lead to "
            + $"{ends.Bad} ({ends.BadTerm}), and where they part it is {ends.BadTerm} already:");
        Line();
        WriteCommit(commit);
        Line();
        Fill($"It was fixed between that commit and {ends.Good}. To find the fix, ask when it "
            + $"changed: --old {commit.ShortId} --new {ends.Good}. To find where it began, "
            + $"give a --{ends.GoodTerm} that leads to {commit.ShortId}.");
        Line();
    }

    private void WriteCommit(CommitInfo commit)
    {
        Line($"  commit   {commit.Id}");
        Line($"  author   {commit.Author}");
        Line($"  date     {commit.Date}");
        Line($"  subject  {commit.Subject}");
        if (commit.Parents.Count > 1)
        {
            Line($"  merges   {string.Join(", ", commit.Parents.Select(Short))}");
        }
    }

    private void WriteFinding(BisectResult result, Culprit culprit)
    {
        if (result.Question.Wanted is { } wanted)
        {
            Entry("finding", wanted.ToString());
            if (culprit.At.Find(wanted) is { } failure)
            {
                Entry("at", failure.At);
                Entry("there", failure.What);
            }
        }
        else
        {
            Entry("finding", "the behaviour changes");
            Entry("there", culprit.At.ToString());
        }

        Entry("before", $"{culprit.AtBefore} at {Short(culprit.Before.Id)}");
        Line();
    }

    private void WriteHunks(BisectResult result, Culprit culprit)
    {
        string[] lines = culprit.Hunks.TrimEnd('\n').Split('\n');
        if (culprit.Hunks.Length == 0)
        {
            Fill("It changes none of the files that are built: it only joins what they depend "
                + "on.", 2);
            Line();
            return;
        }

        string function = result.Question.Wanted?.Function ?? string.Empty;
        Fill(
            (function.Length, culprit.IsWhole) switch
            {
                ( > 0, false) => $"What it changes in {function}():",
                ( > 0, true) => $"It does not touch {function}(); what it changes in the files "
                    + "that are built:",
                _ => "What it changes in the files that are built:",
            },
            2);
        Line();
        foreach (string line in lines.Take(MostHunkLines))
        {
            Line("    " + line);
        }

        if (lines.Length > MostHunkLines)
        {
            Line($"    [{lines.Length - MostHunkLines} more lines: git show "
                + $"{culprit.Commit.ShortId}]");
        }

        Line();
    }

    private void WriteCandidates(BisectResult result, CancellationToken cancel)
    {
        Fill($"{result.Trace.Origin}: commits that could not be tested are in the way; the "
            + $"first {ends.BadTerm} commit is one of:");
        Line();
        foreach (string commit in result.Bisection.FirstBad)
        {
            WriteOne(session.Git.Describe(commit, cancel), string.Empty);
        }

        Line();
    }

    private void WriteUntestable(BisectResult result, CancellationToken cancel)
    {
        Tested[] skipped =
            [.. result.Bisection.Tested.Where(t => t.Answer.Verdict == Verdict.Untestable)];
        if (skipped.Length == 0)
        {
            return;
        }

        Line("Not testable, and skipped:");
        Line();
        foreach (Tested tested in skipped)
        {
            WriteOne(session.Git.Describe(tested.Commit, cancel), tested.Answer.Why);
        }

        Line();
    }

    private void WriteOne(CommitInfo commit, string why)
    {
        Line($"  {commit.ShortId} {commit.Subject}");
        if (why.Length > 0)
        {
            Fill(why, 15);
        }
    }

    private string WriteTrace(Culprit culprit)
    {
        string path = Files.Write($"bisect {culprit.Commit.ShortId}", culprit.Trace);
        foreach (string line in TraceText(culprit.Trace))
        {
            Line("    " + line);
        }

        Line();
        Line($"  trace    {path}");
        WriteReplay(culprit, path);
        Line();
        return path;
    }

    // In two lines where one is too long for a mail, such that a shell takes them for one.
    private void WriteReplay(Culprit culprit, string path)
    {
        string command =
            $"  replay   {Tool.Name} run {TreeOptions}--on {culprit.Commit.ShortId}";
        string file = ShellWord.Quote(path);
        if (command.Length + 1 + file.Length <= Paragraph.Width)
        {
            Line($"{command} {file}");
            return;
        }

        Line(command + " \\");
        Line($"             {file}");
    }

    private void WriteSides(Culprit culprit)
    {
        if (culprit.Sides.Length > 0)
        {
            Line("State on both sides of the commit:");
            Line();
            output.Write(culprit.Sides);
            Line();
        }
    }

    private void Entry(string label, string text)
    {
        const int width = 9;
        foreach (string line in Paragraph.Wrap(text, $"  {label.PadRight(width)}", width + 2))
        {
            Line(line);
        }
    }

    private void Fill(string text, int indent = 0)
    {
        foreach (string line in Paragraph.Wrap(text, new string(' ', indent), indent))
        {
            Line(line);
        }
    }

    private void Line(string text = "") => output.WriteLine(text.TrimEnd());

    private static string Short(string commit) => commit[..CommitInfo.ShortDigits];

    /// <summary>A trace's lines, without its comments.</summary>
    internal static string[] TraceText(Trace trace) =>
        TracePrinter.Print(trace with { Comments = [] }).TrimEnd('\n').Split('\n');
}
