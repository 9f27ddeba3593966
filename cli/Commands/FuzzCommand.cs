// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using System.Diagnostics;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Campaigns;
using Dmadiff.Diff.Coverage;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Traces;
using Dmadiff.Diff.Validation;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff fuzz: generated sequences.</summary>
internal static class FuzzCommand
{
    private const long DefaultOperations = 200_000;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var seed = new SeedOption();
        var operations = new Option<long?>("--ops")
        {
            Description =
                $"Stop after the sequence that reaches N operations (default {DefaultOperations}).",
            HelpName = "N",
        };
        operations.RequireAtLeast(1);
        var time = new Option<int?>("--time")
        {
            Description = "Stop after the sequence that reaches T seconds instead.",
            HelpName = "T",
        };
        time.RequireAtLeast(1);
        var tails = new Option<bool>("--tail-segments")
        {
            Description =
                "Also make restricted pools that are no multiple of 256 KiB. Released kernels "
                + "crash on them.",
        };
        var profile = new Option<string?>("--profile")
        {
            Description =
                "Generate what the devices of a real machine do: a profile that import ftrace "
                + "has learnt.",
            HelpName = "FILE",
        };
        var part = new PartOption();
        var kernels = new KernelOptions();
        var series = new SeriesOption();
        var port = new PortOption();
        var isolation = new IsolationOptions();
        var frames = new MachineFramesOption();
        var findings = new FindingsOption();
        var format = new FormatOption();
        var coverage = new CoverageOptions();
        var kconfig = new KconfigOption();
        var configuration = new ConfigurationOption(
            "How kernels are configured: page_size=64K,dynamic. Given several times, or as "
            + "any, one is drawn for each sequence.");
        var command = new Command("fuzz", "Run generated sequences on kernels and compare.")
        {
            operations, time, tails, profile,
        };
        seed.AddTo(command);
        kernels.AddTo(command);
        series.AddTo(command);
        port.AddTo(command);
        kconfig.AddTo(command);
        isolation.AddTo(command);
        frames.AddTo(command);
        configuration.AddTo(command);
        part.AddTo(command);
        coverage.AddTo(command);
        findings.AddTo(command);
        format.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(operations) is not null && result.GetResult(time) is not null)
            {
                result.AddError("--ops and --time exclude each other");
            }

            if (result.GetValue(tails) && result.GetResult(profile) is not null)
            {
                result.AddError("--profile and --tail-segments exclude each other");
            }
        });
        command.SetAction((parsed, cancel) => Task.FromResult(Run(
            new SequenceGenerator(seed.Value(parsed))
            {
                TailSegments = parsed.GetValue(tails),
                Profile = parsed.GetValue(profile) is { } path ? ReadProfile(path) : null,
                Parts = part.Choice(parsed),
            },
            configuration.Choices(parsed),
            kconfig.Name(parsed),
            new CoverageUse(
                coverage.Counts(parsed),
                coverage.Shows(parsed),
                coverage.FeedsBack(parsed),
                coverage.Folder(parsed)),
            new Limit(parsed.GetValue(operations), parsed.GetValue(time)),
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
                ],
                findings.Folder(parsed),
                format.Format(parsed))
            {
                Isolation = series.Of(parsed, isolation.Of(parsed)) with
                {
                    Covered = coverage.Counts(parsed),
                },
            },
            cancel)));
        return command;
    }

    private static int Run(
        SequenceGenerator generator,
        IReadOnlyList<ConfigurationSettings> choices,
        string? kconfig,
        CoverageUse use,
        Limit limit,
        bool machineFrames,
        Job job,
        CancellationToken cancel)
    {
        var progress = new Progress();
        using var workbench = new Workbench(progress, job.Isolation, kconfig, machineFrames)
        {
            SwitchesOn = true,
        };
        IReadOnlyList<BuiltKernel> kernels = workbench.Build(job.Kernels, cancel);
        job = job with
        {
            KernelWords =
            [
                .. job.KernelWords,
                .. workbench.SwitchedOn.SelectMany(KconfigOption.AsWords),
            ],
        };
        Workbench.WriteFits(job.Notices, kernels);
        var configurations = new ConfigurationGenerator(
            generator.Seed, workbench.WhatBuilds(kernels, choices, job.Notices, cancel));
        var switches = new SwitchGenerator(generator.Seed, workbench.Switches)
        {
            Parameters = workbench.Parameters,
        };
        using Contest contest = workbench.Load(
            kernels, cancel, ports: job.Kernels.Ports);
        ContestCoverage? coverage = use.Counts ? new ContestCoverage(contest) : null;
        var campaign = new Campaign(contest) { Coverage = coverage };
        FeedbackLoop? feedback = use.FeedsBack ? new FeedbackLoop(generator, coverage!) : null;
        var clock = Stopwatch.StartNew();
        for (ulong i = 0; !limit.IsReached(campaign.Operations, clock.Elapsed); i++)
        {
            cancel.ThrowIfCancellationRequested();
            string origin = $"sequence {i} of seed {generator.Seed}";
            var trace = switches.Apply(i, configurations.Apply(
                i, feedback?.Generate(i) ?? generator.Generate(i)));
            campaign.Run(origin, trace);
            feedback?.Take(origin, trace);
            progress.ShowOften(() => $"{Summary.Of(campaign, contest)}");
        }

        if (use.Folder is { } folder)
        {
            Store(folder, feedback!, progress, cancel);
        }

        progress.Clear();
        if (use.Shows)
        {
            foreach ((string kernel, CoverageReport report) in coverage!.Reports)
            {
                job.Notices.WriteLine(CoverageTable.Render(kernel, report));
            }
        }

        string summary = $"seed {generator.Seed}; {Summary.Of(campaign, contest)}";
        job.Write(job.Report(campaign, contest, kernels, summary, cancel));
        return campaign.IsClean ? ExitCode.Clean : ExitCode.Findings;
    }

    private static void Store(
        string folder, FeedbackLoop feedback, Progress progress, CancellationToken cancel)
    {
        var files = new TraceFiles(folder);
        foreach ((string origin, Diff.Traces.Trace trace) in feedback.Minimised())
        {
            cancel.ThrowIfCancellationRequested();
            progress.ShowOften(() => $"making traces for {folder} smaller");
            files.Write(origin, trace);
        }
    }

    private static GeneratorProfile ReadProfile(string path)
    {
        try
        {
            return GeneratorProfileFile.Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    /// <summary>What is done with coverage.</summary>
    /// <param name="Counts">Anything at all.</param>
    /// <param name="Shows">A table is shown.</param>
    /// <param name="FeedsBack">Sequences are varied.</param>
    /// <param name="Folder">For those that were kept; null for none.</param>
    private sealed record CoverageUse(bool Counts, bool Shows, bool FeedsBack, string? Folder);

    private sealed record Limit(long? Operations, int? Seconds)
    {
        public bool IsReached(long operations, TimeSpan elapsed) => Seconds is { } seconds
            ? elapsed.TotalSeconds >= seconds
            : operations >= (Operations ?? DefaultOperations);
    }
}
