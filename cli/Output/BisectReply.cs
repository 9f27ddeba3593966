// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Histories;
using Dmadiff.Diff.Histories;

namespace Dmadiff.Cli.Output;

/// <summary>Writes the mail that tells the author of a first bad commit.</summary>
/// <param name="output">Where to.</param>
internal sealed class BisectReply(TextWriter output)
{
    /// <summary>Writes it, ready to be sent.</summary>
    /// <param name="result">What was asked, and found.</param>
    /// <param name="culprit">The commit.</param>
    /// <param name="file">What the trace's file is called in it.</param>
    public void Write(BisectResult result, Culprit culprit, string file)
    {
        output.WriteLine("A reply, ready to send:");
        output.WriteLine();
        output.WriteLine($"To: {culprit.Commit.Author}");
        output.WriteLine($"Subject: Re: {culprit.Commit.Subject}");
        output.WriteLine();
        Fill("Running the kernel's DMA code in userspace (dmadiff), I bisected "
            + (result.Question.Wanted is null ? "a change of behaviour" : "a failure")
            + " to this commit:");
        output.WriteLine();
        output.WriteLine($"  {culprit.Commit.Reference}");
        output.WriteLine();
        WriteFinding(result.Question, culprit);
        output.WriteLine();
        output.WriteLine($"To reproduce, save this as {file}:");
        output.WriteLine();
        foreach (string line in BisectReport.TraceText(culprit.Trace))
        {
            output.WriteLine("  " + line);
        }

        output.WriteLine();
        output.WriteLine("and run:");
        output.WriteLine();
        output.WriteLine(result.Question.Wanted is null
            ? $"  dmadiff run --tree . --on {culprit.Before.ShortId} "
                + $"--on {culprit.Commit.ShortId} {file}"
            : $"  dmadiff run --tree . --on {culprit.Commit.ShortId} {file}");
        output.WriteLine();
        output.WriteLine($"Fixes: {culprit.Commit.Reference}");
    }

    private void WriteFinding(Question question, Culprit culprit)
    {
        if (question.Wanted is not { } wanted || culprit.At.Find(wanted) is not { } failure)
        {
            Fill($"The sequence below behaves differently from {culprit.Before.ShortId}, the "
                + "commit before it.");
            return;
        }

        Fill($"With it, the sequence below {wanted.Describe()}.");
        output.WriteLine();
        Fill(failure.At, 2);
        Fill(failure.What, 2);
        output.WriteLine();
        Fill($"Before it ({culprit.Before.ShortId}): {culprit.AtBefore}.");
    }

    private void Fill(string text, int indent = 0)
    {
        foreach (string line in Paragraph.Wrap(text, new string(' ', indent), indent))
        {
            output.WriteLine(line);
        }
    }
}
