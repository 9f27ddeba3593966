// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Cli.Histories;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Histories;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff bisect: the first commit at which the outcome of a trace changes.</summary>
internal static class BisectCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var options = new BisectOptions();
        var command = new Command(
            "bisect", "Find the first commit at which the outcome of a trace changes.");
        options.AddTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(Run(options.Read(parsed), cancel)));
        return command;
    }

    private static int Run(BisectJob job, CancellationToken cancel)
    {
        var progress = new Progress();
        using var session = new HistorySession(
            job.Tree, job.Traces(), job.FirstParent, CacheDirectory.ForUser(), progress);
        var run = new BisectRun(session, job.Ends);
        IReadOnlyList<BisectResult> results = run.Find(cancel);
        if (job.Log is { } log)
        {
            WriteLog(log, job, session, run, results[0].Bisection, cancel);
        }

        var text = new StringWriter();
        var report = new BisectReport(text, session, job.Ends)
        {
            TreeOptions = $"--tree {ShellWord.Quote(job.Tree)} ",
            Files = new TraceFiles(job.Findings),
        };
        bool all = true;
        foreach (BisectResult result in results)
        {
            all &= report.Write(result, cancel);
            if (result != results[^1])
            {
                text.WriteLine();
            }
        }

        progress.Clear();
        Console.Out.Write(text);
        return all ? ExitCode.Clean : ExitCode.Findings;
    }

    private static void WriteLog(
        string path,
        BisectJob job,
        HistorySession session,
        BisectRun run,
        Bisection bisection,
        CancellationToken cancel)
    {
        var log = new BisectLog(
            commit => $"[{commit}] {session.Git.Describe(commit, cancel).Subject}",
            commit =>
            {
                IReadOnlyList<string> parents = session.Git.Describe(commit, cancel).Parents;
                return job.FirstParent ? [.. parents.Take(1)] : parents;
            })
        {
            FirstParent = job.FirstParent,
            OldAndNew = job.Ends.AnyChange,
        };
        OutputPath.Write(
            path, () => File.WriteAllText(path, log.Write(run.Good, run.Bad, bisection)));
    }
}
