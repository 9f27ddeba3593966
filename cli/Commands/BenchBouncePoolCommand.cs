// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Cli.Buffers;
using Dmadiff.Cli.Output;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff bench bounce-pool: what buffers that stay mapped save, as a model prices it.
/// </summary>
internal static class BenchBouncePoolCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<double> operation = Price(
            "--iommu-op", BufferCosts.Usual.Operation,
            "What a call of the IOMMU's driver takes, and a flush, in nanoseconds.");
        Option<double> page = Price(
            "--iommu-page", BufferCosts.Usual.Page,
            "What a page in such a call takes on top, in nanoseconds.");
        Option<double> copied = Price(
            "--copy-byte", BufferCosts.Usual.Byte,
            "What copying a byte takes, in nanoseconds.");
        var svg = new Option<string?>("--svg")
        {
            Description = "Also plot the cost of a mapping by its size.",
            HelpName = "FILE",
        };
        var command = new Command(
            "bounce-pool",
            "Count IOMMU operations and copied bytes with bounce buffers that stay mapped, as "
            + "proposed in 2021, and price them.")
        {
            operation, page, copied, svg,
        };
        command.SetAction((parsed, cancel) => Task.FromResult(Run(
            new BufferCosts(
                parsed.GetValue(operation), parsed.GetValue(page), parsed.GetValue(copied)),
            parsed.GetValue(svg),
            cancel)));
        return command;
    }

    private static int Run(BufferCosts costs, string? svg, CancellationToken cancel)
    {
        BufferSurvey survey = BufferSurvey.Make(cancel);
        new BufferTables(Console.Out, survey, costs).Write();
        if (svg is not null)
        {
            Store(svg, BufferPlot.Render(survey, costs));
        }

        return ExitCode.Clean;
    }

    private static void Store(string path, string text)
    {
        try
        {
            File.WriteAllText(path, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: cannot be written: {e.Message}", e);
        }
    }

    private static Option<double> Price(string name, double usual, string description)
    {
        var option = new Option<double>(name)
        {
            Description = description,
            HelpName = "NS",
            DefaultValueFactory = _ => usual,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0 and <= 1e9))
            {
                result.AddError($"{name} takes 0 to 1000000000 nanoseconds");
            }
        });
        return option;
    }
}
