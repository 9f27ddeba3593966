// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Bindings;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Campaigns;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff run: traces from files.</summary>
internal static class RunCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var traces = new Argument<string[]>("TRACE")
        {
            Description = "Files with traces; - is standard input.",
            Arity = ArgumentArity.OneOrMore,
        };
        var kernels = new KernelOptions();
        var series = new SeriesOption();
        var port = new PortOption();
        var isolation = new IsolationOptions();
        var frames = new MachineFramesOption();
        var findings = new FindingsOption();
        var format = new FormatOption();
        var configuration = new ConfigurationOption(
            "How kernels are configured, in place of what the traces say: page_size=64K,dynamic.");
        var kconfig = new KconfigOption();
        var command = new Command("run", "Run traces on kernels and compare every step.")
        {
            traces,
        };
        kconfig.AddTo(command);
        kernels.AddTo(command);
        series.AddTo(command);
        port.AddTo(command);
        isolation.AddTo(command);
        frames.AddTo(command);
        configuration.AddTo(command);
        findings.AddTo(command);
        format.AddTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(Run(
            [.. parsed.GetValue(traces)!.Select(TraceFolder.Read)],
            configuration.All(parsed),
            kconfig.Name(parsed),
            frames.Value(parsed),
            new Job(
                command.Name,
                port.Of(parsed, series.Of(parsed, kernels), kernels.NamesSome(parsed)),
                [
                    .. isolation.AsWords(parsed),
                    .. kernels.AsWords(parsed),
                    .. series.AsWords(parsed),
                    .. port.AsWords(parsed),
                    .. frames.AsWords(parsed),
                    .. configuration.AsWords(parsed),
                    .. KconfigOption.AsWords(kconfig.Name(parsed)),
                ],
                findings.Folder(parsed),
                format.Format(parsed))
            {
                Isolation = series.Of(parsed, isolation.Of(parsed)),
            },
            cancel)));
        return command;
    }

    private static int Run(
        IReadOnlyList<(string Origin, Trace Trace)> traces,
        ConfigurationSettings settings,
        string? kconfig,
        bool machineFrames,
        Job job,
        CancellationToken cancel)
    {
        var progress = new Progress();
        using var workbench = new Workbench(progress, job.Isolation, kconfig, machineFrames);
        IReadOnlyList<BuiltKernel> kernels = workbench.Build(job.Kernels, cancel);
        Workbench.WriteFits(job.Notices, kernels);
        using Contest contest = workbench.Load(
            kernels, cancel, ports: job.Kernels.Ports);
        var campaign = new Campaign(contest);
        foreach ((string origin, Trace trace) in traces)
        {
            cancel.ThrowIfCancellationRequested();
            RequireAble(contest, origin, trace);
            progress.ShowOften(() => $"running {origin}");
            campaign.Run(origin, settings.Apply(trace));
        }

        progress.Clear();
        string summary = Summary.Of(campaign, contest);
        job.Write(job.Report(campaign, contest, kernels, summary, cancel));
        return campaign.IsClean ? ExitCode.Clean : ExitCode.Findings;
    }

    // Without the port a trace can run; without the kernel there is nothing to run it on.
    private static void RequireAble(Contest contest, string origin, Trace trace)
    {
        EngineCapabilities needs = TraceNeeds.Of(trace);
        for (int i = 0; i < contest.Engines.Count; i++)
        {
            EngineCapabilities lacking = contest.Engines[i].Lacks & needs;
            if (contest.IsKernel(i) && lacking != EngineCapabilities.None)
            {
                string name = contest.Engines[i].Name;
                throw new UserErrorException(
                    $"{origin}: this build of {name} has no {EngineWords.Of(lacking)}; "
                    + $"dmadiff kernels --check {name} tells why");
            }
        }
    }
}
