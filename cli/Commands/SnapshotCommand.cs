// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Bindings;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Findings;
using Dmadiff.Diff.Snapshots;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff snapshot: behaviour under version control.</summary>
internal static class SnapshotCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var revision = new Option<string>("--rev")
        {
            Description = "The revision: a name such as debian/6.12 or, with --tree, any.",
            HelpName = "REV",
            Required = true,
        };
        var folder = new Option<string?>("--out")
        {
            Description = $"Folder with the stored snapshots (default {StoredIn.Default}).",
            HelpName = "DIR",
        };
        folder.RequireFolder();
        var corpus = new Option<string?>("--corpus")
        {
            Description = "Folder with the traces; default: those that come with dmadiff.",
            HelpName = "DIR",
        };
        var accept = new Option<bool>("--accept")
        {
            Description = "Store what the revision does now.",
        };
        var kernels = new KernelOptions();
        var format = new FormatOption();
        var command = new Command(
            "snapshot", "Compare what a revision does on a corpus with what was stored.")
        {
            revision, folder, corpus, accept,
        };
        kernels.AddTreeTo(command);
        format.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            string name = parsed.GetValue(revision)!;
            string? tree = kernels.Tree(parsed);
            var job = new Job(
                command.Name,
                new KernelChoice(tree, null, [name]),
                [.. kernels.TreesAsWords(parsed), "--on " + ShellWord.Quote(name)],
                string.Empty,
                format.Format(parsed));
            return Task.FromResult(Run(
                job,
                StoredIn.Folder(parsed.GetValue(folder), tree),
                parsed.GetValue(corpus),
                parsed.GetValue(accept),
                cancel));
        });
        return command;
    }

    private static int Run(
        Job job, string path, string? corpus, bool accept, CancellationToken cancel)
    {
        string traces = corpus ?? TraceFolder.OwnFolder;
        IReadOnlyList<(string Name, Trace Trace)> given = TraceFolder.In(traces);
        var progress = new Progress();
        using var workbench = new Workbench(progress);
        BuiltKernel kernel = workbench.Build(job.Kernels, cancel).Single();
        using IEngine engine = workbench.Load(kernel, cancel);
        var folder = new SnapshotFolder(path);
        IReadOnlyList<SnapshotResult> results =
            folder.Compare(Take(engine, given, progress, cancel));
        progress.Clear();
        Write(folder, path, results, accept);

        var findings = new SnapshotFindings(
            kernel.Tree.Name, folder, name => job.Replay(Path.Combine(traces, name + ".trace")));
        job.Write(new FindingsReport
        {
            ToolVersion = Tool.Version,
            Command = job.Command,
            Kernels = [Job.Identity(kernel.Tree)],
            Checks = findings.Of(accept ? results.Select(Accepted) : results),
            Sequences = given.Count,
            Operations = given.Sum(g => (long)g.Trace.Operations.Count),
            Summary = SnapshotSummary.Of(kernel.Tree.Name, results, accept),
        });
        bool clean = accept || results.All(r => r.State == SnapshotState.Same);
        return clean ? ExitCode.Clean : ExitCode.Findings;
    }

    private static List<(string Name, string Text)> Take(
        IEngine engine,
        IReadOnlyList<(string Name, Trace Trace)> traces,
        Progress progress,
        CancellationToken cancel)
    {
        var snapshots = new List<(string Name, string Text)>();
        foreach ((string name, Trace trace) in traces)
        {
            cancel.ThrowIfCancellationRequested();
            progress.ShowOften(() => $"running {name}");
            snapshots.Add((
                Path.GetFileNameWithoutExtension(name), SnapshotText.Write(engine, trace)));
        }

        return snapshots;
    }

    private static void Write(
        SnapshotFolder folder, string path, IReadOnlyList<SnapshotResult> results, bool accept)
    {
        OutputPath.Write(path, () =>
        {
            if (accept)
            {
                folder.Accept(results);
            }
            else
            {
                folder.WriteReceived(results);
            }
        });
    }

    private static SnapshotResult Accepted(SnapshotResult result) =>
        result with { State = SnapshotState.Same, Stored = result.Current };
}
