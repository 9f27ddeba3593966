// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Cli.Output;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff cache: what is kept, and how to keep less.</summary>
internal static class CacheCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var limit = new Option<long>("--limit")
        {
            Description = "MiB that may be left, imported kernels not counted.",
            HelpName = "MIB",
            DefaultValueFactory = _ => CacheInventory.DefaultLimitBytes >> 20,
        };
        limit.RequireAtLeast(0);
        var prune = new Command("prune", "Remove what was not used for longest.") { limit };
        prune.SetAction((parsed, cancel) => Task.FromResult(
            Prune(parsed.GetValue(limit), cancel)));
        var command = new Command("cache", "Show what is kept between runs.") { prune };
        command.SetAction((_, _) => Task.FromResult(Show()));
        return command;
    }

    private static int Show()
    {
        var cache = CacheDirectory.ForUser();
        IReadOnlyList<CachePart> parts = new CacheInventory(cache).Parts();
        Console.Out.WriteLine(cache.Root);
        foreach (CachePart part in parts)
        {
            Console.Out.WriteLine(
                $"  {part.Name,-12} {part.Entries,6:N0} entries {MiB(part.Bytes),10:N1} MiB");
        }

        Console.Out.WriteLine(
            $"  {"in all",-12} {parts.Sum(p => p.Entries),6:N0} entries "
            + $"{MiB(parts.Sum(p => p.Bytes)),10:N1} MiB");
        return ExitCode.Clean;
    }

    private static int Prune(long limitMiB, CancellationToken cancel)
    {
        PruneResult result = new CacheInventory(CacheDirectory.ForUser())
            .Prune(limitMiB << 20, cancel);
        Console.Out.WriteLine(
            $"{Summary.Count(result.Removed, "folder")} removed, "
            + $"{MiB(result.FreedBytes):N1} MiB freed, {MiB(result.LeftBytes):N1} MiB left");
        return ExitCode.Clean;
    }

    private static double MiB(long bytes) => bytes / (double)(1 << 20);
}
