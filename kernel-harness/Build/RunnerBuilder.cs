// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Build;

/// <summary>Compiles the program that holds one kernel. All of it is this project's.</summary>
internal sealed class RunnerBuilder(CacheDirectory cache, BuildPlan plan, HarnessSources harness)
{
    private const string FileName = "runner";

    /// <summary>The program's path, after compiling it if need be.</summary>
    /// <exception cref="KernelBuildException">It does not compile.</exception>
    public string Build(CancellationToken cancel)
    {
        using var hash = new ContentHash();
        string key = hash
            .Add(harness.Hash)
            .AddAll(plan.RunnerUnits)
            .AddAll(plan.RunnerFlags)
            .Add(Toolchain.Version)
            .Finish();
        string entry = "hosts/" + key;
        cache.Ensure(entry, folder => Compile(folder, cancel), cancel);
        return cache.PathOf(entry, FileName);
    }

    private void Compile(string folder, CancellationToken cancel)
    {
        // There is no kernel here; the name of its folder stands for nothing.
        var paths = new BuildPaths("/no-tree", harness.Folder, folder);
        ToolResult result = Tool.Run(
            Toolchain.Compiler,
            [
                "-fdiagnostics-color=never", "-o", Path.Combine(folder, FileName),
                .. plan.RunnerUnits.Select(u => Path.Combine(harness.Folder, u)),
                .. paths.PrefixMaps, .. plan.RunnerFlags.Select(paths.Expand),
            ],
            cancel,
            folder);
        if (result.ExitCode != 0)
        {
            throw new KernelBuildException(
                CompilerMessages.FirstError(result.Errors, paths), result.Errors);
        }
    }
}
