// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Campaigns;
using Dmadiff.Diff.Contract;
using Dmadiff.Diff.Differences;
using Dmadiff.Diff.Reports;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Cli.Output;

/// <summary>Writes what a campaign found, most serious first, at most 75 columns wide.</summary>
/// <param name="output">Where to.</param>
/// <param name="environment">Compiler and host in one line.</param>
/// <param name="replay">The command that runs a trace again, by the trace's path.</param>
/// <param name="files">Where the traces of findings go.</param>
internal sealed class CampaignReport(
    TextWriter output, string environment, Func<string, string> replay, TraceFiles files)
{
    private const int Width = 75;
    private const int Indent = 10;

    /// <summary>Writes all findings.</summary>
    public void Write(Campaign campaign)
    {
        foreach (Disagreement disagreement in campaign.Disagreements)
        {
            Write(disagreement);
        }

        foreach (BrokenExpectation broken in campaign.BrokenExpectations)
        {
            output.WriteLine($"{broken.Origin}: {broken.Failure}");
            output.WriteLine();
        }

        foreach (ContractBreach breach in campaign.Breaches)
        {
            Write(breach);
        }

        foreach (KernelCrash crash in campaign.Crashes)
        {
            Write(crash);
        }

        foreach (KernelDifferences differences in campaign.Differences)
        {
            Write(differences, campaign.Crashes.Count > 0);
        }
    }

    private void Write(Disagreement disagreement)
    {
        string path = files.Write(
            $"{disagreement.Details.Left.EngineName} {disagreement.Signature}",
            disagreement.Trace);
        output.Write(DivergenceRenderer.Render(new DivergenceReport
        {
            Environment = environment,
            Origin = Times(disagreement.Origin, disagreement.Count),
            Judge = disagreement.Judge,
            Details = disagreement.Details,
            TracePath = path,
            ReplayCommand = replay(path),
        }));
        output.WriteLine();
    }

    private void Write(ContractBreach breach)
    {
        ContractFinding finding = breach.Finding;
        string path = files.Write($"{breach.Kernel} contract {finding.Signature}", breach.Trace);
        string rule = ContractRuleNames.Title(finding.Signature.Rule);
        output.WriteLine($"{breach.Kernel} breaks the contract, {rule}:");
        WritePart("at", finding.Line);
        WritePart("expected", finding.Expected);
        WritePart("actual", finding.Actual);
        WritePart("found by", Times(breach.Origin, breach.Count));
        output.WriteLine();
        foreach (string line in TraceText(breach.Trace))
        {
            output.WriteLine("    " + line);
        }

        output.WriteLine();
        output.WriteLine($"  replay   {replay(path)}");
        output.WriteLine();
    }

    // A name and its text, which goes on below itself where the line ends.
    private void WritePart(string name, string text)
    {
        string line = $"  {name,-8}";
        foreach (string word in text.Split(' '))
        {
            if (line.Length + 1 + word.Length > Width && line.Length > Indent)
            {
                output.WriteLine(line);
                line = new string(' ', Indent);
            }

            line += $" {word}";
        }

        output.WriteLine(line);
    }

    private void Write(KernelCrash crash)
    {
        string path = files.Write($"{crash.Kernel} crash {crash.Crash.Where}", crash.Trace);
        output.WriteLine($"{crash.Kernel} crashes: {crash.Crash.What}");
        output.WriteLine($"  in       {crash.Crash.Where}");
        output.WriteLine($"  during   {crash.Operation}");
        output.WriteLine($"  found by {Times(crash.Origin, crash.Count)}");
        output.WriteLine();
        foreach (string line in TraceText(crash.Trace))
        {
            output.WriteLine("    " + line);
        }

        output.WriteLine();
        output.WriteLine($"  replay   {replay(path)}");
        output.WriteLine();
    }

    private void Write(KernelDifferences differences, bool crashed)
    {
        if (differences.Groups.Count == 0)
        {
            // Where one hangs the two are not compared.
            string extent = crashed ? ", apart from the crashes above." : " on all of this.";
            output.WriteLine(
                $"{differences.Left} and {differences.Right} behave the same{extent}");
            output.WriteLine();
            return;
        }

        output.WriteLine(
            $"{differences.Left} and {differences.Right} behave differently, in "
            + $"{Summary.Count(differences.Groups.Count, "way")}:");
        output.WriteLine();
        foreach (DifferenceGroup group in differences.Groups)
        {
            output.Write(DifferenceRenderer.Render(group));
            string path = files.Write(
                $"difference {group.Title}", group.Minimal);
            output.WriteLine();
            output.WriteLine($"  replay   {replay(path)}");
            output.WriteLine();
        }
    }

    private static string Times(string origin, int count) =>
        count == 1 ? origin : $"{origin}, and {count - 1} more";

    private static string[] TraceText(Trace trace) =>
        TracePrinter.Print(trace with { Comments = [] }).TrimEnd('\n').Split('\n');
}
