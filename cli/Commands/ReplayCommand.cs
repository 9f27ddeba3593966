// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using System.Diagnostics;
using Dmadiff.Bindings;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Campaigns;
using Dmadiff.Diff.Recordings;
using Dmadiff.Diff.Replays;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff replay: what a real machine did, again.</summary>
internal static class ReplayCommand
{
    /// <summary>Replayed on this when nothing else is asked for: the oldest of the named
    /// kernels that has the events.</summary>
    private const string DefaultKernel = "debian/6.12";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("FILE")
        {
            Description =
                "A recording, as trace, trace-cmd report or perf script print it; or a trace of "
                + "dmadiff's own language. - is standard input.",
        };
        var strict = new Option<bool>("--strict-addresses")
        {
            Description =
                "Exit with 1 unless every address is the one that the recorded kernel gave out.",
        };
        var svg = new Option<string?>("--svg")
        {
            Description = "Write a plot of the pool's use over time.",
            HelpName = "FILE",
        };
        var kernels = new KernelOptions { DefaultNames = [DefaultKernel] };
        var recording = new RecordingOptions();
        var command = new Command(
            "replay", "Replay what a real machine did on kernels, and compare addresses.")
        {
            file, strict, svg,
        };
        kernels.AddTo(command);
        recording.AddTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(Run(
            parsed.GetValue(file)!,
            parsed.GetValue(strict),
            parsed.GetValue(svg),
            kernels.Choice(parsed),
            recording.Knowledge(parsed),
            recording.AnyGiven(parsed),
            cancel)));
        return command;
    }

    private static int Run(
        string file,
        bool strict,
        string? svg,
        KernelChoice choice,
        MachineKnowledge knowledge,
        bool isKnowledgeGiven,
        CancellationToken cancel)
    {
        var progress = new Progress();
        using InputFile input = InputFile.Open(file);
        ReplayInput replayed = input.IsTrace
            ? ReplayInput.OfTrace(input, strict, isKnowledgeGiven)
            : ReplayInput.OfRecording(input, knowledge, progress, cancel);
        using var workbench = new Workbench(progress);
        IReadOnlyList<BuiltKernel> kernels = workbench.Build(choice, cancel);
        Workbench.WriteFits(Console.Out, kernels);
        using Contest contest = workbench.Load(kernels, cancel);
        ReplayRun run = MakeRun(contest, replayed, input.Name);
        replayed = replayed.WithClock(run.Engines[0].Engine, () =>
        {
            cancel.ThrowIfCancellationRequested();
            progress.ShowOften(() => $"finding out when the timer of {input.Name} ticked");
        });
        using (IStepSource steps = replayed.ReadSteps())
        {
            void Step()
            {
                cancel.ThrowIfCancellationRequested();
                progress.ShowOften(() => $"replaying {input.Name}, {run.Operations:N0} operations");
            }

            run.Run(replayed.Setup, steps, replayed.StretchOf, Step);
            progress.Clear();
            replayed.WriteSummary(Console.Out, steps);
        }

        var report = new ReplayReport(Console.Out, input.Name, replayed, run);
        report.Write();
        bool isClean = report.IsClean;
        isClean &= ContractOfReplay.Write(Console.Out, replayed, run, cancel);
        if (svg is not null)
        {
            WriteSvg(svg, input.Name, run);
        }

        return isClean && (!strict || report.IsFaithful) ? ExitCode.Clean : ExitCode.Findings;
    }

    // Each kernel with its reference, if that has what the replay needs.
    private static ReplayRun MakeRun(Contest contest, ReplayInput input, string file)
    {
        var engines = new List<ReplayEngine>();
        var pairs = new List<(int Left, int Right)>();
        for (int i = 0; i < contest.Engines.Count; i++)
        {
            IEngine engine = contest.Engines[i];
            EngineCapabilities lacking = engine.Lacks & input.Needs;
            bool isKernel = contest.IsKernel(i);
            if (isKernel && lacking != EngineCapabilities.None)
            {
                throw new UserErrorException(
                    $"{file}: this build of {engine.Name} has no {EngineWords.Of(lacking)}; "
                    + $"dmadiff kernels --check {engine.Name} tells why");
            }

            if (lacking == EngineCapabilities.None)
            {
                engines.Add(new ReplayEngine(engine, isKernel, input.PoolStart));
                if (!isKernel)
                {
                    pairs.Add((engines.Count - 2, engines.Count - 1));
                }
            }
        }

        return new ReplayRun(engines, pairs);
    }

    private static void WriteSvg(string path, string title, ReplayRun run)
    {
        var kernels = run.Engines.Where(e => e.IsKernel).ToList();
        OutputPath.Write(path, () => File.WriteAllText(path, PoolPlot.Draw(title, kernels)));
    }
}
