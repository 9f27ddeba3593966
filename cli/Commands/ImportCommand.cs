// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Recordings;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff import: what others have recorded, as traces.</summary>
internal static class ImportCommand
{
    /// <summary>The command.</summary>
    public static Command Create() => new("import", "Make traces of what others have recorded.")
    {
        CreateFtrace(),
    };

    private static Command CreateFtrace()
    {
        var file = new Argument<string>("FILE")
        {
            Description =
                "A recording of the events dma, swiotlb and iommu, as tracefs' trace, trace-cmd "
                + "report or perf script print it. - is standard input.",
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Write the trace there; - is standard output. Without it the "
                + "recording is only read and summed up.",
            HelpName = "TRACE",
        };
        var profile = new Option<string?>("--profile")
        {
            Description = "Learn how its devices use the DMA API, for fuzz --profile.",
            HelpName = "JSON",
        };
        var recording = new RecordingOptions();
        var command = new Command(
            "ftrace", "Make a trace of what the kernel's own trace events recorded.")
        {
            file, output, profile,
        };
        recording.AddTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(Run(
            parsed.GetValue(file)!,
            parsed.GetValue(output),
            parsed.GetValue(profile),
            recording.Knowledge(parsed),
            cancel)));
        return command;
    }

    private static int Run(
        string file,
        string? output,
        string? profile,
        MachineKnowledge knowledge,
        CancellationToken cancel)
    {
        var progress = new Progress();
        using InputFile input = InputFile.Open(file);
        Recording recording = ReplayInput.Open(input, knowledge, progress, cancel);
        using RecordingSteps steps = recording.ReadSteps();
        var learner = new ProfileLearner(recording);
        OutputPath.Write(output ?? "-", () =>
        {
            using Stream trace = Output(output);
            Write(trace, input.Name, recording, steps, learner, progress, cancel);
        });
        progress.Clear();
        if (profile is not null)
        {
            string json = GeneratorProfileFile.Print(learner.Learn());
            OutputPath.Write(profile, () => File.WriteAllText(profile, json));
        }

        RecordingSummary.WriteBadLines(Console.Error, input.Name, recording);
        RecordingSummary.Write(output == "-" ? Console.Error : Console.Out, recording, steps);
        return ExitCode.Clean;
    }

    private static Stream Output(string? output) => output switch
    {
        null => Stream.Null,
        "-" => Console.OpenStandardOutput(),
        _ => File.Create(output),
    };

    private static void Write(
        Stream trace,
        string name,
        Recording recording,
        RecordingSteps steps,
        ProfileLearner learner,
        Progress progress,
        CancellationToken cancel)
    {
        List<string> comments =
        [
            $"recorded by a real machine: {Path.GetFileName(name)}",
            .. recording.Devices.Select(d => $"{d.Name} is {d.RecordedName}"),
        ];
        var writer = new RecordingTraceWriter(
            trace, recording.Header with { Comments = ValueList.From(comments) });
        for (long i = 0; steps.Next(out ReplayStep step); i++)
        {
            writer.Write(step);
            learner.Take(step);
            if ((i & 0xfff) == 0)
            {
                cancel.ThrowIfCancellationRequested();
                progress.ShowOften(() =>
                    $"importing {name}, {steps.Bytes >> 20:N0} of {recording.Bytes >> 20:N0} MB");
            }
        }

        writer.Flush();
    }
}
