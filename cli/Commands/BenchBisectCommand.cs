// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using System.Diagnostics;
using Dmadiff.Cli.Histories;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff bench bisect: what it takes to find a commit.</summary>
internal static class BenchBisectCommand
{
    private const int LongRange = 1000;
    private const int LongTouching = 200;
    private const int ShortRange = 16;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var kernels = new KernelOptions();
        var command = new Command(
            "bisect",
            "Measure bisections over made histories, and git bisect run over dmadiff check.");
        kernels.AddTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(
            Run(kernels.Choice(parsed, ["debian/6.12"]), cancel)));
        return command;
    }

    private static int Run(KernelChoice choice, CancellationToken cancel)
    {
        string folder = Directory.CreateTempSubdirectory("dmadiff-bench-").FullName;
        try
        {
            using var workbench = new Workbench(new Progress());
            var kernel = (KernelRevision)workbench.Find(choice, cancel).First();
            Long(kernel, folder, cancel);
            Short(kernel, folder, cancel);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return ExitCode.Clean;
    }

    private static void Long(KernelRevision kernel, string folder, CancellationToken cancel)
    {
        SyntheticRange range = SyntheticRange.Make(
            Path.Combine(folder, "long.git"), kernel, LongRange, LongTouching, false);
        Console.Out.WriteLine(
            $"{kernel.Name}: {LongRange:N0} commits, of which {LongTouching} touch what is built");
        var cache = new CacheDirectory(Path.Combine(folder, "cache"));
        Measure("dmadiff bisect, empty cache", range, cache, cancel);
        Measure("dmadiff bisect, again", range, cache, cancel);
        MeasureGit(range, folder, cancel);
        Console.Out.WriteLine();
    }

    private static void Short(KernelRevision kernel, string folder, CancellationToken cancel)
    {
        SyntheticRange range = SyntheticRange.Make(
            Path.Combine(folder, "short.git"), kernel, ShortRange, ShortRange, true);
        Console.Out.WriteLine(
            $"{kernel.Name}: {ShortRange} commits, all of swiotlb.c, warm start");
        var cache = new CacheDirectory(Path.Combine(folder, "warm"));

        // Warm: the first commit was built before, and no other.
        using (HistorySession warm = Session(range, cache))
        {
            warm.Evaluate(range.Good, cancel);
        }

        Measure("dmadiff bisect", range, cache, cancel);
        Measure("dmadiff bisect, again", range, cache, cancel);
    }

    private static HistorySession Session(SyntheticRange range, CacheDirectory cache) => new(
        range.Path,
        [new TraceInQuestion("bench.trace", TraceParser.Parse(SyntheticRange.Trace))],
        false,
        cache,
        new Progress());

    private static void Measure(
        string what, SyntheticRange range, CacheDirectory cache, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        using HistorySession session = Session(range, cache);
        var run = new BisectRun(session, new RangeEnds(range.Good, range.Bad, false));
        BisectResult result = run.Find(cancel)[0];
        Culprit culprit = Culprit.Inspect(session, result, cancel);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Write(what, seconds, run.Steps, session, culprit.Commit.Id == range.Culprit);
    }

    private static void Write(
        string what, double seconds, int steps, HistorySession session, bool right)
    {
        Console.Out.WriteLine(
            $"  {what,-28} {seconds,6:F2} s  {steps,3} steps  {seconds / steps,5:F2} s a step  "
            + $"{session.Built,2} built, {session.Shared} from the cache"
            + (right ? string.Empty : "  WRONG"));
    }

    private static void MeasureGit(
        SyntheticRange range, string folder, CancellationToken cancel)
    {
        string trace = Path.Combine(folder, "bench.trace");
        File.WriteAllText(trace, SyntheticRange.Trace);
        long start = Stopwatch.GetTimestamp();
        GitBisectRun run = GitBisectRun.Execute(
            range,
            trace,
            Path.Combine(folder, "git-cache"),
            cancel);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.Out.WriteLine(
            $"  {"git bisect run dmadiff check",-28} {seconds,6:F2} s  {run.Steps,3} steps  "
            + $"{seconds / run.Steps,5:F2} s a step"
            + (run.FirstBad == range.Culprit ? string.Empty : "  WRONG"));
    }
}
