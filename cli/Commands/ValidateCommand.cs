// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Cli.Validation;
using Dmadiff.Cli.Validation.Protocols;
using Dmadiff.Diff.Findings;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff validate: what a patch series does.</summary>
internal static class ValidateCommand
{
    private const long QuickOperations = 20_000;
    private const long DefaultOperations = 100_000;
    private const long ThoroughOperations = 1_000_000;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var series = new Argument<string?>("SERIES")
        {
            Description = "An mbox, a patch, a folder of patches, a range such as v6.1..topic, "
                + "or - for standard input.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var start = new Option<string?>("--base")
        {
            Description = "The revision to put the series on. Default: its base-commit, or the "
                + "newest that it applies to.",
            HelpName = "REV",
        };
        var quick = new Option<bool>("--quick")
        {
            Description = $"Only {QuickOperations:N0} generated operations on each kernel, not "
                + $"{DefaultOperations:N0}.",
        };
        var thorough = new Option<bool>("--thorough")
        {
            Description = $"{ThoroughOperations:N0} operations, on kernels with sanitizers.",
        };
        var operations = new Option<long?>("--ops")
        {
            Description = "Generated operations on each kernel.",
            HelpName = "N",
        };
        operations.RequireAtLeast(1);
        var seed = new Option<ulong>("--seed")
        {
            Description = "Which sequences are generated; the same seed gives the same ones.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        var open = new Option<bool>("--no-sandbox")
        {
            Description = "Compile and run the series' code with your own rights: it can then "
                + "read and write your files and use the network.",
        };
        var kernels = new KernelOptions();
        var findings = new FindingsOption();
        var format = new FormatOption();
        var protocols = new ProtocolOptions();
        var command = new Command(
            "validate", "Test a patch series, patch by patch, against its base.")
        {
            series, start, quick, thorough, operations, seed, open,
        };
        kernels.AddTreeTo(command);
        findings.AddTo(command);
        format.AddTo(command);
        protocols.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(quick) && result.GetValue(thorough))
            {
                result.AddError("--quick and --thorough exclude each other");
            }

            if (result.GetValue(series) is null && !protocols.IsGiven(result))
            {
                result.AddError("which SERIES? " + series.Description);
            }
        });
        command.SetAction((parsed, cancel) =>
        {
            ICheckProtocol? protocol = protocols.Of(parsed);
            return Task.FromResult(Run(
                () => new ValidateJob(
                    parsed.GetValue(series) ?? protocol!.Series,
                    kernels.Tree(parsed) ?? (protocol is null ? null : "."),
                    parsed.GetValue(start),
                    parsed.GetValue(operations) is { } number ? number
                        : parsed.GetValue(quick) ? QuickOperations
                        : parsed.GetValue(thorough) ? ThoroughOperations
                        : DefaultOperations,
                    parsed.GetValue(seed),
                    parsed.GetValue(thorough),
                    !parsed.GetValue(open),
                    protocol is null || findings.IsGiven(parsed)
                        ? findings.Folder(parsed)
                        : CacheDirectory.ForUser().PathOf("findings"),
                    format.Format(parsed),
                    protocol?.IsPart == true),
                protocol,
                cancel));
        });
        return command;
    }

    private static int Run(
        Func<ValidateJob> make, ICheckProtocol? protocol, CancellationToken cancel)
    {
        if (protocol is not null)
        {
            try
            {
                return protocol.Tell(new ValidateRun(make(), cancel).Run(), Console.Out);
            }
            catch (UserErrorException e)
            {
                return protocol.TellUntested(e.Message, Console.Out);
            }
        }

        ValidateJob job = make();
        FindingsReport report = new ValidateRun(job, cancel).Run();
        Console.Out.Write(job.Format.Render(report));
        return report.Findings.Any(f => f.Rule.Severity > FindingSeverity.Note)
            ? ExitCode.Findings
            : ExitCode.Clean;
    }
}
