// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using System.Diagnostics;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Campaigns;
using Dmadiff.Diff.Generators;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Sources;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff demo: the whole of it, for someone with no kernel tree at hand.</summary>
internal static class DemoCommand
{
    private const ulong Seed = 1;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var sequences = new Option<int>("--sequences")
        {
            Description = "How many sequences are generated.",
            HelpName = "N",
            DefaultValueFactory = _ => 3000,
        };
        sequences.RequireAtLeast(0);
        var isolate = new Option<bool>("--isolate")
        {
            Description = "Run each kernel in a process of its own.",
        };
        var findings = new FindingsOption();
        var format = new FormatOption();
        var command = new Command(
            "demo",
            "Compare the distribution's 6.1 and 6.12 kernels with the reference and with each "
            + "other.")
        {
            sequences, isolate,
        };
        findings.AddTo(command);
        format.AddTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(
            Run(
                parsed.GetValue(sequences),
                new Job(
                    command.Name,
                    new KernelChoice(null, null, KernelPackage.DefaultNames),
                    parsed.GetValue(isolate) ? ["--isolate"] : [],
                    findings.Folder(parsed),
                    format.Format(parsed))
                {
                    Isolation = Isolation.None with { Isolated = parsed.GetValue(isolate) },
                },
                cancel)));
        return command;
    }

    private static int Run(int sequences, Job job, CancellationToken cancel)
    {
        var progress = new Progress();
        using var workbench = new Workbench(progress, job.Isolation);
        IReadOnlyList<BuiltKernel> kernels = workbench.Build(job.Kernels, cancel);
        WriteKernels(job.Notices, kernels);

        using Contest contest = workbench.Load(kernels, cancel);
        var campaign = new Campaign(contest);
        var clock = Stopwatch.StartNew();
        RunCorpus(campaign, progress, cancel);
        int corpus = campaign.Sequences;
        var generator = new SequenceGenerator(Seed);
        for (int i = 0; i < sequences; i++)
        {
            cancel.ThrowIfCancellationRequested();
            campaign.Run($"sequence {i} of seed {Seed}", generator.Generate((ulong)i));
            progress.ShowOften(() => $"sequence {i + 1:N0} of {sequences:N0}");
        }

        clock.Stop();
        progress.Clear();
        WriteFigures(job.Notices, campaign, corpus, clock.Elapsed, contest);
        string summary = Summary.Of(campaign, contest);
        job.Write(job.Report(campaign, contest, kernels, summary, cancel));
        return campaign.Disagreements.Count > 0 || campaign.BrokenExpectations.Count > 0
            || campaign.Crashes.Any(c => c.Unlike is not null)
            ? ExitCode.Findings
            : ExitCode.Clean;
    }

    private static void RunCorpus(
        Campaign campaign, Progress progress, CancellationToken cancel)
    {
        foreach (var (name, trace) in TraceFolder.Own())
        {
            cancel.ThrowIfCancellationRequested();
            progress.ShowOften(() => $"corpus: {name}");
            campaign.Run($"corpus trace {name}", trace);
        }
    }

    private static void WriteKernels(TextWriter output, IEnumerable<BuiltKernel> kernels)
    {
        foreach (BuiltKernel kernel in kernels)
        {
            string work = kernel.Build.CompiledUnits == 0
                ? "found in the cache"
                : $"{Summary.Count(kernel.Build.CompiledUnits, "unit")} compiled";
            output.WriteLine(
                $"{kernel.Tree.Name,-12} {((KernelRevision)kernel.Tree).CommitId[..12]} "
                + $"({KernelLandmark.VersionOf(kernel.Tree)}), built in "
                + $"{kernel.Build.Elapsed.TotalSeconds:F2} s, {work}");
        }

        output.WriteLine();
    }

    private static void WriteFigures(
        TextWriter output, Campaign campaign, int corpus, TimeSpan elapsed, Contest contest)
    {
        double seconds = Math.Max(elapsed.TotalSeconds, 0.001);
        output.WriteLine(
            $"sequences    {campaign.Sequences:N0} ({corpus} from the corpus, "
            + $"{campaign.Sequences - corpus:N0} of seed {Seed})");
        output.WriteLine(
            $"operations   {campaign.Operations:N0}, each on "
            + $"{contest.Engines.Count} machines");
        output.WriteLine(
            $"speed        {campaign.Operations * contest.Engines.Count / seconds:N0} "
            + $"operations a second, in {seconds:F1} s with shrinking");
        foreach (string kernel in contest.Kernels)
        {
            int count = campaign.Disagreements
                .Where(d => d.Details.Left.EngineName == kernel).Sum(d => d.Count);
            output.WriteLine(
                $"{kernel,-12} differs from its port in {Summary.Count(count, "sequence")}");
        }

        output.WriteLine();
    }
}
