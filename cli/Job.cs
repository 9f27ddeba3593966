// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Commands;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Campaigns;
using Dmadiff.Diff.Findings;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.Cli;

/// <summary>What a command was asked to run on, and how and where it is to report.</summary>
/// <param name="Command">The command's name.</param>
/// <param name="Kernels">Kernels.</param>
/// <param name="KernelWords">The same as words of a command line, an option and its value in
/// one.</param>
/// <param name="Findings">Folder for traces.</param>
/// <param name="Format">How the report is written.</param>
internal sealed record Job(
    string Command,
    KernelChoice Kernels,
    IReadOnlyList<string> KernelWords,
    string Findings,
    FindingsFormat Format)
{
    /// <summary>How kernels are run.</summary>
    public Isolation Isolation { get; init; } = Isolation.None;

    /// <summary>Where that goes which is no part of the report: a machine that reads the
    /// report from standard output finds nothing else there.</summary>
    public TextWriter Notices => Format.IsText ? Console.Out : Console.Error;

    // Fuzzing is replayed by running its trace.
    private string ReplayedBy => Command == "diff" ? Command : "run";

    /// <summary>What a campaign found, with the traces written to files.</summary>
    /// <param name="campaign">It has ended.</param>
    /// <param name="contest">What it ran on.</param>
    /// <param name="kernels">The kernels in it.</param>
    /// <param name="summary">The closing line.</param>
    /// <param name="cancel">Ends looking into histories.</param>
    /// <exception cref="KernelHarness.UserErrorException">A trace cannot be written.</exception>
    public FindingsReport Report(
        Campaign campaign,
        Contest contest,
        IReadOnlyList<BuiltKernel> kernels,
        string summary,
        CancellationToken cancel)
    {
        var history = new CommitSearch(kernels.Select(k => k.Tree), cancel);
        var files = new TraceFiles(Findings);
        var functions = new FunctionLocator(kernels.Select(k => k.Tree));
        var findings = new CampaignFindings(new FindingContext(
            KernelBuilder.Compiler,
            files.Write,
            Replay,
            functions.Locate,
            history.Touching));
        return new FindingsReport
        {
            ToolVersion = Tool.Version,
            Command = Command,
            Kernels = [.. kernels.Select(k => Identity(k.Tree))],
            Notices =
            [
                .. campaign.BetweenKernelsOnly ? history.Notices() : [],
                .. campaign.LeftOut.Select(l =>
                    $"{l.Engine} has no {EngineWords.Of(l.Lacking)}: not given "
                    + Summary.Count(l.Count, "sequence")),
            ],
            Checks = findings.Of(campaign, contest),
            Sequences = campaign.Sequences,
            Operations = campaign.Operations,
            Summary = summary,
        };
    }

    /// <summary>Writes a report to standard output.</summary>
    public void Write(FindingsReport report) => Console.Out.Write(Format.Render(report));

    /// <summary>A kernel as reports name it.</summary>
    public static KernelIdentity Identity(ISourceTree tree) => new(
        tree.Name,
        tree is KernelRevision revision ? revision.CommitId : string.Empty,
        KernelLandmark.VersionOf(tree));

    /// <summary>The command that runs a trace on the same kernels.</summary>
    public ShellCommand Replay(string path) => new(ValueList.From(
        (string[])[$"{Tool.Name} {ReplayedBy}", .. KernelWords, ShellWord.Quote(path)]));
}
