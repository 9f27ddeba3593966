// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Dmadiff.Cli.Output;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff bench build: what it takes to get from a tree to its library.</summary>
internal static class BenchBuildCommand
{
    private const string Unit = "kernel/dma/swiotlb.c";
    private const string Header = "include/linux/device.h";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var kernels = new KernelOptions();
        var command = new Command(
            "build", "Measure builds: cold, after an edit, and of what was seen before.");
        kernels.AddTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(
            Run(kernels.Choice(parsed), cancel)));
        return command;
    }

    private static int Run(KernelChoice choice, CancellationToken cancel)
    {
        using var workbench = new Workbench(new Progress());
        foreach (ISourceTree tree in workbench.Find(choice, cancel))
        {
            // A cache of its own: nothing that anybody built before is found in it.
            string folder = Directory.CreateTempSubdirectory("dmadiff-bench-").FullName;
            try
            {
                Measure(tree, new CacheDirectory(folder), cancel);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return ExitCode.Clean;
    }

    private static void Measure(
        ISourceTree tree, CacheDirectory cache, CancellationToken cancel)
    {
        Console.Out.WriteLine(tree.Name);
        Write("first contact: export, compile, link", Build(tree, cache, cancel));
        Write("one .c changed", Build(Edited(tree, Unit), cache, cancel));
        Write($"{Path.GetFileName(Header)} changed", Build(Edited(tree, Header), cache, cancel));
        Write("seen before", Build(tree, cache, cancel));
        Console.Out.WriteLine();
    }

    // A new builder each time: what one remembers of files is not what is measured.
    private static (TimeSpan Elapsed, int Units) Build(
        ISourceTree tree, CacheDirectory cache, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        KernelBuild build = new KernelBuilder(cache).Build(tree, cancel);
        return (Stopwatch.GetElapsedTime(start), build.CompiledUnits);
    }

    // A line that changes the file, and with it every object made from it, but no code.
    private static EditedTree Edited(ISourceTree tree, string path) => new(
        tree,
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [path] = Encoding.UTF8.GetString(tree.ReadFile(path)
                ?? throw new UserErrorException($"tree {tree.Name} has no {path}"))
                + "\n/* measured */\n",
        });

    private static void Write(string what, (TimeSpan Elapsed, int Units) result) =>
        Console.Out.WriteLine(
            $"  {what,-38} {result.Elapsed.TotalSeconds,6:F2} s  "
            + $"{Summary.Count(result.Units, "unit")} compiled");
}
