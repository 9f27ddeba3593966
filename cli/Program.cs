// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using System.Runtime.ExceptionServices;
using Dmadiff.Bindings;
using Dmadiff.Cli.Commands;
using Dmadiff.Cli.Histories;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Recordings;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli;

/// <summary>The dmadiff command.</summary>
internal static class Program
{
    /// <summary>The command line: all commands and their options.</summary>
    public static RootCommand CreateRoot() => new(
        "Runs Linux's DMA code and a reference implementation of it side by side, on the "
        + "same operations, and compares every step.")
    {
        DemoCommand.Create(),
        RunCommand.Create(),
        FuzzCommand.Create(),
        DiffCommand.Create(),
        ValidateCommand.Create(),
        SnapshotCommand.Create(),
        ImportCommand.Create(),
        ReplayCommand.Create(),
        BisectCommand.Create(),
        CheckCommand.Create(),
        HistoryCommand.Create(),
        ExportCommand.Create(),
        SelftestCommand.Create(),
        DriftCommand.Create(),
        LitmusCommand.Create(),
        KernelsCommand.Create(),
        BenchCommand.Create(),
        CacheCommand.Create(),
    };

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments.Length == 0)
        {
            // Nothing was asked for: say what there is, but not that all went well.
            await CreateRoot().Parse(["--help"]).InvokeAsync();
            return ExitCode.Usage;
        }

        ParseResult parsed = CreateRoot().Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                Console.Error.WriteLine("dmadiff: " + error.Message);
            }

            Console.Error.WriteLine("dmadiff: see dmadiff --help");
            return parsed.CommandResult.Command.Name == CheckCommand.Name
                ? CheckCommand.Broken
                : ExitCode.Usage;
        }

        try
        {
            return await Invoke(parsed);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("dmadiff: interrupted");
            return ExitCode.Interrupted;
        }
        catch (UntestableException e)
        {
            Console.Error.WriteLine("dmadiff: " + e.Message);
            return ExitCode.Untestable;
        }
        catch (Exception e) when (
            e is UserErrorException or TraceException or MachineException
                or RecordingException or GeneratorProfileException)
        {
            Console.Error.WriteLine("dmadiff: " + e.Message.Replace("\n", "\ndmadiff: "));
            return ExitCode.Usage;
        }
    }

    // What is done several at a time fails several at a time: the first of them is told.
    private static async Task<int> Invoke(ParseResult parsed)
    {
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeSpan.FromSeconds(5),
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
            throw;
        }
    }
}
