// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Histories;
using Dmadiff.Diff.Histories;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.Cli.Output;

/// <summary>Writes what became of a trace over a range, at most 75 columns wide but for what
/// is quoted.</summary>
/// <param name="output">Where to.</param>
/// <param name="session">Has run it.</param>
internal sealed class HistoryReport(TextWriter output, HistorySession session)
{
    private const int Indent = 4;
    private readonly List<Outcome> _classes = [];

    /// <summary>Writes it.</summary>
    /// <param name="title">Trace and range.</param>
    /// <param name="all">Commits in the range, whatever they touch.</param>
    /// <param name="commits">Those that touch what is built.</param>
    /// <param name="from">The commit before the range.</param>
    /// <param name="cancel">Ends git.</param>
    public void Write(
        string title,
        int all,
        IReadOnlyList<(string Commit, IReadOnlyList<string> Parents)> commits,
        string from,
        CancellationToken cancel)
    {
        IReadOnlyList<OutcomeRun> runs = commits.Count > 0
            ? OutcomeRuns.Divide(commits, c => OutcomeOf(c, cancel))
            : [new OutcomeRun(OutcomeOf(from, cancel), null)];
        foreach (Outcome outcome in runs.Select(r => r.Outcome).OfType<Outcome>())
        {
            if (!_classes.Exists(c => c.IsLike(outcome)))
            {
                _classes.Add(outcome);
            }
        }

        foreach (string line in Paragraph.Wrap(
            $"{title}: {Summary.Count(all, "commit")}, of which {commits.Count:N0} touch what "
            + $"is built; {Summary.Count(session.Builds, "build")}, "
            + $"{Summary.Count(_classes.Count, "outcome")}"))
        {
            output.WriteLine(line);
        }

        foreach (OutcomeRun run in runs)
        {
            output.WriteLine();
            Write(run, cancel);
        }

        WriteUntestable(commits, cancel);
    }

    private Outcome? OutcomeOf(string commit, CancellationToken cancel) =>
        session.Evaluate(commit, 0, cancel).Outcome;

    private void Write(OutcomeRun run, CancellationToken cancel)
    {
        int number = _classes.FindIndex(c => run.Outcome is not null && c.IsLike(run.Outcome));
        string name = number < 0 ? "-" : ((char)('A' + (number % 26))).ToString();
        string what = run.Outcome?.ToString() ?? "cannot be tested";
        foreach (string line in Paragraph.Wrap(what, $"{name}   ", Indent))
        {
            output.WriteLine(line);
        }

        string indent = new(' ', Indent);
        if (run.First is null)
        {
            output.WriteLine($"{indent}since before, {Summary.Count(run.Commits, "commit")}");
            return;
        }

        CommitInfo commit = session.Git.Describe(run.First, cancel);
        output.WriteLine($"{indent}since {commit.ShortId} {commit.Subject}");
        output.WriteLine($"{indent}{commit.Author}");
        output.WriteLine($"{indent}{commit.Date}, {Summary.Count(run.Commits, "commit")}");
        foreach (string doubtful in run.Doubtful)
        {
            CommitInfo skipped = session.Git.Describe(doubtful, cancel);
            output.WriteLine($"{indent}or since {skipped.ShortId} {skipped.Subject}");
        }
    }

    private void WriteUntestable(
        IReadOnlyList<(string Commit, IReadOnlyList<string> Parents)> commits,
        CancellationToken cancel)
    {
        (string Commit, string Problem)[] broken =
        [
            .. commits.Select(c => (c.Commit, session.Evaluate(c.Commit, 0, cancel).Problem))
                .Where(c => c.Problem is not null).Select(c => (c.Commit, c.Problem!)),
        ];
        if (broken.Length == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("Not testable:");
        output.WriteLine();
        foreach ((string id, string problem) in broken)
        {
            CommitInfo commit = session.Git.Describe(id, cancel);
            output.WriteLine($"  {commit.ShortId} {commit.Subject}");
            foreach (string line in Paragraph.Wrap(problem, new string(' ', 15), 15))
            {
                output.WriteLine(line);
            }
        }
    }
}
