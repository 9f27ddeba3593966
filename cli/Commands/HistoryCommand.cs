// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Cli.Histories;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Histories;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff history: the life of a behaviour.</summary>
internal static class HistoryCommand
{
    private const string Dots = "..";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var trace = new Argument<string>("TRACE") { Description = "A file with a trace." };
        var range = new Argument<string>("RANGE")
        {
            Description = "Two revisions, such as v6.1..v6.12.",
        };
        var tree = new Option<string>("--tree")
        {
            Description = "A git repository with a kernel. It is only read. Default: this one.",
            HelpName = "PATH",
            DefaultValueFactory = _ => ".",
        };
        var firstParent = new Option<bool>("--first-parent")
        {
            Description = "Follow only the first parent of merges.",
        };
        var command = new Command(
            "history", "Run a trace on every distinct build of a range, and show where its "
            + "outcome changes.")
        {
            trace, range, tree, firstParent,
        };
        command.Validators.Add(result =>
        {
            string[] ends = (result.GetValue(range) ?? string.Empty).Split(Dots);
            if (ends.Length != 2 || ends[0].Length == 0 || ends[1].Length == 0
                || ends[1].StartsWith('.'))
            {
                result.AddError("RANGE is two revisions, such as v6.1..v6.12");
            }
        });
        command.SetAction((parsed, cancel) => Task.FromResult(Run(
            TraceInQuestion.Read([parsed.GetValue(trace)!]),
            parsed.GetValue(range)!,
            parsed.GetValue(tree)!,
            parsed.GetValue(firstParent),
            cancel)));
        return command;
    }

    private static int Run(
        IReadOnlyList<TraceInQuestion> traces,
        string range,
        string tree,
        bool firstParent,
        CancellationToken cancel)
    {
        using var session = new HistorySession(
            tree, traces, firstParent, CacheDirectory.ForUser(), new Progress());
        string[] ends = range.Split(Dots);
        string from = session.Resolve(ends[0]);
        string to = session.Resolve(ends[1]);
        if (!session.Git.IsAncestor(from, to, cancel))
        {
            throw new UserErrorException(
                session.Git.IsAncestor(to, from, cancel)
                    ? $"{range} is the wrong way round: try {ends[1]}{Dots}{ends[0]}"
                    : $"{range}: {ends[0]} does not lead to {ends[1]}");
        }

        if (session.Evaluate(to, 0, cancel).Problem is { } problem
            && session.Evaluate(from, 0, cancel).Problem is not null)
        {
            throw new UntestableException($"neither end can be tested: {problem}");
        }

        IReadOnlyList<(string Commit, IReadOnlyList<string> Parents)> commits =
            Test(session, from, to, cancel);
        session.ClearProgress();
        new HistoryReport(Console.Out, session).Write(
            $"{traces[0].Origin} over {range}",
            session.Git.Count(from, to, cancel),
            commits,
            from,
            cancel);
        return ExitCode.Clean;
    }

    /// <summary>Tests whatever touches what is built: the more is built, the more that may be.
    /// </summary>
    private static IReadOnlyList<(string Commit, IReadOnlyList<string> Parents)> Test(
        HistorySession session, string from, string to, CancellationToken cancel)
    {
        session.Evaluate(from, cancel);
        while (true)
        {
            int files = session.Files.Count;
            IReadOnlyList<(string Commit, IReadOnlyList<string> Parents)> commits =
                session.Git.Range(from, to, session.Files, cancel);
            foreach ((string commit, IReadOnlyList<string> parents) in commits)
            {
                session.Evaluate(commit, cancel);
                foreach (string parent in parents)
                {
                    session.Evaluate(parent, cancel);
                }
            }

            if (session.Files.Count == files)
            {
                return commits;
            }
        }
    }
}
