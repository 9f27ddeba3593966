// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Campaigns;
using Dmadiff.Diff.Findings;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff diff: how two revisions behave differently.</summary>
internal static class DiffCommand
{
    private const long DefaultOperations = 100_000;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var first = new Argument<string>("REV1") { Description = "The older revision." };
        var second = new Argument<string>("REV2") { Description = "The newer revision." };
        var traces = new Argument<string[]>("TRACE")
        {
            Description = "Files with traces; - is standard input. Default: the corpus.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var seed = new Option<ulong>("--seed")
        {
            Description = "Which sequences are generated; the same seed gives the same ones.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        var operations = new Option<long?>("--ops")
        {
            Description = $"Generated operations to stop after (default {DefaultOperations}; "
                + "0 if traces are named).",
            HelpName = "N",
        };
        operations.RequireAtLeast(0);
        var kernels = new KernelOptions();
        var findings = new FindingsOption();
        var format = new FormatOption();
        var command = new Command(
            "diff", "Show how two revisions behave differently, by cause.")
        {
            first, second, traces, seed, operations,
        };
        kernels.AddTreeTo(command);
        findings.AddTo(command);
        format.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(first) is { Tokens.Count: 1 } a
                && result.GetResult(second) is { Tokens.Count: 1 } b
                && a.Tokens[0].Value == b.Tokens[0].Value)
            {
                result.AddError($"REV1 and REV2 are both {a.Tokens[0].Value}");
            }
        });
        command.SetAction((parsed, cancel) =>
        {
            string[] revisions = [parsed.GetValue(first)!, parsed.GetValue(second)!];
            string[] files = parsed.GetValue(traces) ?? [];
            var job = new Job(
                command.Name,
                new KernelChoice(kernels.Tree(parsed), null, revisions),
                [.. kernels.TreesAsWords(parsed), .. revisions.Select(ShellWord.Quote)],
                findings.Folder(parsed),
                format.Format(parsed));
            return Task.FromResult(Run(
                files.Length > 0 ? files.Select(TraceFolder.Read) : TraceFolder.Own(),
                new SequenceGenerator(parsed.GetValue(seed)),
                parsed.GetValue(operations) ?? (files.Length > 0 ? 0 : DefaultOperations),
                job,
                cancel));
        });
        return command;
    }

    private static int Run(
        IEnumerable<(string Origin, Trace Trace)> traces,
        SequenceGenerator generator,
        long operations,
        Job job,
        CancellationToken cancel)
    {
        // Bad traces are told before anything takes time.
        List<(string Origin, Trace Trace)> given = [.. traces];
        var progress = new Progress();
        using var workbench = new Workbench(progress);
        IReadOnlyList<BuiltKernel> kernels = workbench.Build(job.Kernels, cancel);
        using Contest contest = workbench.Load(kernels, cancel, withReferences: false);
        var campaign = new Campaign(contest, betweenKernelsOnly: true);
        foreach ((string origin, Trace trace) in given)
        {
            cancel.ThrowIfCancellationRequested();
            progress.ShowOften(() => $"running {origin}");
            campaign.Run(origin, trace);
        }

        long before = campaign.Operations;
        for (ulong i = 0; campaign.Operations - before < operations; i++)
        {
            cancel.ThrowIfCancellationRequested();
            campaign.Run($"sequence {i} of seed {generator.Seed}", generator.Generate(i));
            progress.ShowOften(() => Summary.Of(campaign, contest));
        }

        progress.Clear();
        FindingsReport report = job.Report(
            campaign, contest, kernels, Summary.OfDifferences(campaign, contest), cancel);
        job.Write(report);
        return report.Findings.Any() ? ExitCode.Findings : ExitCode.Clean;
    }
}
