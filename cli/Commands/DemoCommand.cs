// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using System.Diagnostics;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Campaigns;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Traces;
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
        var command = new Command(
            "demo",
            "Compare the distribution's 6.1 and 6.12 kernels with the reference and with each "
            + "other.")
        {
            sequences, isolate,
        };
        findings.AddTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(
            Run(
                parsed.GetValue(sequences),
                findings.Folder(parsed),
                Isolation.None with { Isolated = parsed.GetValue(isolate) },
                cancel)));
        return command;
    }

    private static int Run(
        int sequences, string findings, Isolation isolation, CancellationToken cancel)
    {
        var progress = new Progress();
        using var workbench = new Workbench(progress, isolation);
        var choice = new KernelChoice(null, null, KernelPackage.DefaultNames);
        IReadOnlyList<BuiltKernel> kernels = workbench.Build(choice, cancel);
        WriteKernels(kernels);

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
        WriteFigures(campaign, corpus, clock.Elapsed, contest);
        var job = new Job(
            choice, isolation.Isolated ? "--isolate" : string.Empty, findings, isolation);
        job.Report(Console.Out).Write(campaign);
        Console.Out.WriteLine(Summary.Of(campaign, contest));
        return campaign.Disagreements.Count > 0 || campaign.BrokenExpectations.Count > 0
            ? ExitCode.Findings
            : ExitCode.Clean;
    }

    private static void RunCorpus(
        Campaign campaign, Progress progress, CancellationToken cancel)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "corpus");
        foreach (string path in Directory.GetFiles(folder, "*.trace")
            .Order(StringComparer.Ordinal))
        {
            cancel.ThrowIfCancellationRequested();
            string name = Path.GetFileName(path);
            progress.ShowOften(() => $"corpus: {name}");
            campaign.Run($"corpus trace {name}", TraceParser.ParseFile(path));
        }
    }

    private static void WriteKernels(IEnumerable<BuiltKernel> kernels)
    {
        foreach (BuiltKernel kernel in kernels)
        {
            string work = kernel.Build.CompiledUnits == 0
                ? "found in the cache"
                : $"{Summary.Count(kernel.Build.CompiledUnits, "unit")} compiled";
            Console.Out.WriteLine(
                $"{kernel.Tree.Name,-12} {((KernelRevision)kernel.Tree).CommitId[..12]} "
                + $"({KernelLandmark.VersionOf(kernel.Tree)}), built in "
                + $"{kernel.Build.Elapsed.TotalSeconds:F2} s, {work}");
        }

        Console.Out.WriteLine();
    }

    private static void WriteFigures(
        Campaign campaign, int corpus, TimeSpan elapsed, Contest contest)
    {
        double seconds = Math.Max(elapsed.TotalSeconds, 0.001);
        Console.Out.WriteLine(
            $"sequences    {campaign.Sequences:N0} ({corpus} from the corpus, "
            + $"{campaign.Sequences - corpus:N0} of seed {Seed})");
        Console.Out.WriteLine(
            $"operations   {campaign.Operations:N0}, each on "
            + $"{contest.Engines.Count} machines");
        Console.Out.WriteLine(
            $"speed        {campaign.Operations * contest.Engines.Count / seconds:N0} "
            + $"operations a second, in {seconds:F1} s with shrinking");
        foreach (string kernel in contest.Kernels)
        {
            int count = campaign.Disagreements
                .Where(d => d.Details.Left.EngineName == kernel).Sum(d => d.Count);
            Console.Out.WriteLine(
                $"{kernel,-12} differs from its port in {Summary.Count(count, "sequence")}");
        }

        Console.Out.WriteLine();
    }
}
