// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Cli.Histories;
using Dmadiff.Cli.Litmus;
using Dmadiff.Cli.Output;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Litmus;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff litmus: how dynamic bounce buffers are published, asked of the kernel's
/// memory model.</summary>
internal static class LitmusCommand
{
    private static readonly IReadOnlyList<LitmusTest> Tests =
        [.. PostedTests.All, .. MainlineTests.All];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var name = new Argument<string?>("test")
        {
            Description = "Print this test, and run nothing.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var revision = new Option<string>("--rev")
        {
            Description = "The kernel whose tools/memory-model judges: a name such as "
                + "debian/6.12 or, with --tree, any revision.",
            HelpName = "REV",
            DefaultValueFactory = _ => "debian/6.12",
        };
        var output = new Option<string?>("--out")
        {
            Description = "Write the tests into a folder, and run nothing.",
            HelpName = "DIR",
        };
        var kernels = new KernelOptions();
        var command = new Command(
            "litmus",
            "Ask the kernel's memory model, by herd7, what other CPUs may see of a dynamic "
            + "bounce buffer.")
        {
            name, revision, output,
        };
        kernels.AddTreeTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(
            (parsed.GetValue(name), parsed.GetValue(output)) switch
            {
                ({ } one, _) => Print(one),
                (_, { } folder) => Write(folder),
                _ => Run(kernels.Choice(parsed, [parsed.GetValue(revision)!]), cancel),
            }));
        return command;
    }

    private static int Print(string name)
    {
        LitmusTest test = Tests.FirstOrDefault(t => t.Name == name)
            ?? throw new UserErrorException(
                $"there is no litmus test {name}; dmadiff litmus lists all");
        Console.Out.Write(test.Print());
        return ExitCode.Clean;
    }

    private static int Write(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            foreach (LitmusTest test in Tests)
            {
                File.WriteAllText(Path.Combine(folder, test.Name + ".litmus"), test.Print());
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot write to {folder}: {e.Message}", e);
        }

        Console.Out.WriteLine($"{Tests.Count} litmus tests written to {folder}");
        return ExitCode.Clean;
    }

    private static int Run(KernelChoice choice, CancellationToken cancel)
    {
        var table = new LitmusTable(Console.Out);
        if (!Herd.IsInstalled())
        {
            table.Write(Tests, _ => null);
            throw new UntestableException(
                "herd7 is not installed, so nothing was run; Debian has it in herdtools7, from "
                + "forky on");
        }

        var progress = new Progress();
        using var workbench = new Workbench(progress);
        var kernel = (KernelRevision)workbench.Find(choice, cancel).Single();
        using Herd herd = Herd.With(kernel, cancel);
        Console.Out.WriteLine($"memory model of {kernel.Name}, {herd.Version}");
        bool allRight = table.Write(Tests, test =>
        {
            progress.Show(test.Name);
            LitmusAnswer answer = herd.Run(test.Name, test.Print(), cancel);
            progress.Clear();
            return answer;
        });
        return allRight ? ExitCode.Clean : ExitCode.Findings;
    }
}
