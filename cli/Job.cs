// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Commands;
using Dmadiff.Cli.Output;
using Dmadiff.KernelHarness.Build;

namespace Dmadiff.Cli;

/// <summary>What a command was asked to run on, and where its findings go.</summary>
/// <param name="Kernels">Kernels.</param>
/// <param name="Arguments">The same as words of a command line.</param>
/// <param name="Findings">Folder for traces.</param>
/// <param name="Isolation">How kernels are run.</param>
internal sealed record Job(
    KernelChoice Kernels, string Arguments, string Findings, Isolation Isolation)
{
    /// <summary>A report whose findings are run again on the same kernels.</summary>
    public CampaignReport Report(TextWriter output) => new(
        output, KernelBuilder.Compiler, Replay, new TraceFiles(Findings));

    /// <summary>What the user called this program by, as the launcher tells.</summary>
    private static string Program =>
        Environment.GetEnvironmentVariable("DMADIFF_COMMAND") is { Length: > 0 } command
            ? ShellWord.Quote(command)
            : "dmadiff";

    private string Replay(string path) =>
        $"{Program} run {Arguments} {ShellWord.Quote(path)}".Replace("  ", " ");
}
