// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
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

    /// <summary>Writes all findings.</summary>
    public void Write(Campaign campaign)
    {
        foreach (LeftOut leftOut in campaign.LeftOut)
        {
            output.WriteLine(
                $"{leftOut.Engine} has no {EngineWords.Of(leftOut.Lacking)}: not given "
                + Summary.Count(leftOut.Count, "sequence"));
            output.WriteLine();
        }

        foreach (Disagreement disagreement in campaign.Disagreements)
        {
            Write(disagreement);
        }

        Write(campaign.BrokenExpectations);

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

    // What several engines have instead is one fact, told once.
    private void Write(IReadOnlyList<BrokenExpectation> expectations)
    {
        foreach (var same in expectations.GroupBy(
            b => (b.Origin, b.Failure.Operation, b.Failure.Actual)))
        {
            string engines = string.Join(", ", same.Select(b => b.Failure.EngineName));
            output.WriteLine(
                $"{same.Key.Origin}:{same.Key.Operation.Source.Number}: "
                + $"{TracePrinter.Print(same.Key.Operation)}, but it is {same.Key.Actual}");
            output.WriteLine($"  on {engines}");
            output.WriteLine();
        }
    }

    private void Write(ContractBreach breach)
    {
        string path = files.Write(
            $"{breach.Kernel} contract {breach.Finding.Signature}", breach.Trace);
        output.Write(ContractRenderer.Render(breach));
        output.WriteLine();
        output.WriteLine($"  replay   {replay(path)}");
        output.WriteLine();
    }

    private void Write(KernelCrash crash)
    {
        string function = crash.Crash.Where.Split(' ')[0];
        string path = files.Write($"{crash.Kernel} crash {function}", crash.Trace);
        foreach (string line in WrappedLines(Headline(crash)))
        {
            output.WriteLine(line);
        }

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

    private static string Headline(KernelCrash crash) => crash.Crash.Kind switch
    {
        AbiCrashKind.Sanitizer => $"{crash.Kernel}, sanitizers report: {crash.Crash.What}",
        AbiCrashKind.Process => $"{crash.Kernel} ends its process: {crash.Crash.What}",
        _ => $"{crash.Kernel} crashes: {crash.Crash.What}",
    };

    private static IEnumerable<string> WrappedLines(string text)
    {
        string line = string.Empty;
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > Width)
            {
                yield return line;
                line = " ";
            }

            line += line.Length > 0 ? " " + word : word;
        }

        yield return line;
    }

    private static string Times(string origin, int count) =>
        count == 1 ? origin : $"{origin}, and {count - 1} more";

    private static string[] TraceText(Trace trace) =>
        TracePrinter.Print(trace with { Comments = [] }).TrimEnd('\n').Split('\n');
}
