// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Diff.Exports;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff export: a trace as C.</summary>
internal static class ExportCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var trace = new Argument<string>("trace")
        {
            Description = "The file with the trace, or - for standard input.",
        };
        var c = new Option<bool>("--c")
        {
            Description = "A C program that runs it on a kernel library, without dmadiff.",
        };
        var kunit = new Option<bool>("--kunit")
        {
            Description = "A KUnit test in the style of the kernel, ready to be adapted.",
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The file to write; without it, standard output.",
            HelpName = "FILE",
        };
        output.RequireFile();
        var command = new Command("export", "Make C of a trace.") { trace, c, kunit, output };
        command.Validators.Add(result =>
        {
            if (result.GetValue(c) == result.GetValue(kunit))
            {
                result.AddError("say either --c or --kunit");
            }
        });
        command.SetAction(parsed => Run(
            parsed.GetValue(trace)!, parsed.GetValue(kunit), parsed.GetValue(output)));
        return command;
    }

    private static int Run(string path, bool isKUnit, string? output)
    {
        Trace trace = TraceFolder.Read(path).Trace;
        if (trace.Devices.FirstOrDefault(d => d.Pool.Length > 0 || d.Iommu.Mode
            != Bindings.AbiIommuMode.None) is { } special && isKUnit)
        {
            throw new UserErrorException(
                $"{path}: device {special.Name} has a restricted pool or an IOMMU, which a "
                + "KUnit test cannot make");
        }

        string text = isKUnit ? KUnitExport.Render(trace, NameOf(path)) : CProgramExport.Render(trace);
        if (output is null)
        {
            Console.Out.Write(text);
            return ExitCode.Clean;
        }

        OutputPath.Write(output, () => File.WriteAllText(output, text));
        return ExitCode.Clean;
    }

    // "sync-second-slot.trace" is the test dma_sync_second_slot.
    private static string NameOf(string path)
    {
        string stem = path == "-" ? "trace" : Path.GetFileNameWithoutExtension(path);
        return "dma_" + string.Concat(stem.ToLowerInvariant().Select(
            ch => char.IsAsciiLetterOrDigit(ch) ? ch : '_'));
    }
}
