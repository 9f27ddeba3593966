// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Cli.Drift;
using Dmadiff.Cli.Output;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Git;
using Dmadiff.ManagedPort.Ported;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff drift: how far a kernel has moved from what the port follows.</summary>
internal static class DriftCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var revision = new Argument<string>("REV")
        {
            Description = "The revision: a name such as debian/7.3 or, with --tree, any.",
        };
        var record = new Option<string?>("--record")
        {
            Description = "Write the digests of what the port follows now, from Debian's kernels "
                + "of its releases, for those who have changed the port.",
            HelpName = "FILE",
        };
        record.RequireFile();
        var kernels = new KernelOptions();
        var command = new Command(
            "drift", "Tell which functions have changed since they were ported, and which "
                + "never were.")
        {
            revision, record,
        };
        kernels.AddTreesTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(Run(
            kernels.Choice(parsed, [parsed.GetValue(revision)!]),
            parsed.GetValue(record),
            cancel)));
        return command;
    }

    private static int Run(KernelChoice choice, string? record, CancellationToken cancel)
    {
        var progress = new Progress();
        using var workbench = new Workbench(progress);
        var releases = new Dictionary<string, KernelRevision>(StringComparer.Ordinal);
        KernelRevision ReleaseOf(string release)
        {
            if (!releases.TryGetValue(release, out KernelRevision? tree))
            {
                var debian = new KernelChoice(null, null, [$"debian/{release}"]);
                tree = (KernelRevision)workbench.Find(debian, cancel).Single();
                releases.Add(release, tree);
            }

            return tree;
        }

        ISourceTree kernel = workbench.Find(choice, cancel).Last();
        PortedDigests digests = PortedDigests.Own;
        if (record is not null)
        {
            foreach (string release in PortedFunction.All.SelectMany(f => f.Releases).Distinct())
            {
                ReleaseOf(release);
            }

            digests = DriftSurvey.Record(releases, PortedFunction.All);
            OutputPath.Write(record, () => File.WriteAllText(record, digests.Print()));
        }

        DriftSurvey survey = DriftSurvey.Of(kernel, PortedFunction.All, digests);
        new DriftReport(Console.Out, kernel.Name, survey).Write(ReleaseOf);
        return survey.Functions.All(f => f.State == DriftState.Unchanged)
            ? ExitCode.Clean
            : ExitCode.Findings;
    }
}
