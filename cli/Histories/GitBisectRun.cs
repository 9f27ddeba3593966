// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Histories;

/// <summary>What git bisect run made of a range.</summary>
/// <param name="FirstBad">The commit it found; empty when it found none.</param>
/// <param name="Steps">How often it ran dmadiff check.</param>
internal sealed record GitBisectRun(string FirstBad, int Steps)
{
    /// <summary>Runs git bisect over dmadiff check, in a repository that is only there for
    /// this.</summary>
    /// <param name="range">The repository, and the ends.</param>
    /// <param name="trace">Path of the trace.</param>
    /// <param name="cacheHome">XDG_CACHE_HOME of the checks.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="UserErrorException">git failed.</exception>
    public static GitBisectRun Execute(
        SyntheticRange range, string trace, string cacheHome, CancellationToken cancel)
    {
        Git(range, cacheHome, ["bisect", "start", range.Bad, range.Good], cancel);
        string output = Git(
            range,
            cacheHome,
            [
                "bisect", "run", "dotnet", Environment.GetCommandLineArgs()[0],
                "check", "BISECT_HEAD", trace,
            ],
            cancel);
        const string found = " is the first bad commit";
        string first = output.Split('\n').FirstOrDefault(l => l.EndsWith(found)) ?? string.Empty;
        int steps = output.Split('\n').Count(l => l.StartsWith("BISECT_HEAD: "));
        return new GitBisectRun(first.Split(' ')[0], Math.Max(1, steps));
    }

    private static string Git(
        SyntheticRange range, string cacheHome, string[] arguments, CancellationToken cancel)
    {
        var info = new ProcessStartInfo("git", ["-C", range.Path, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["XDG_CACHE_HOME"] = cacheHome;
        using Process process = Process.Start(info)!;
        using CancellationTokenRegistration kill =
            cancel.Register(() => process.Kill(entireProcessTree: true));
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        cancel.ThrowIfCancellationRequested();
        return process.ExitCode == 0
            ? output
            : throw new UserErrorException(
                $"git {arguments[0]} {arguments[1]} failed: {output}{errors.Result}");
    }
}
