// SPDX-License-Identifier: GPL-2.0-only
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
        cache.Ensure(
            entry,
            folder => new HostCompiler(harness).Compile(
                Path.Combine(folder, FileName), plan.RunnerUnits, plan.RunnerFlags, cancel),
            cancel);
        return cache.PathOf(entry, FileName);
    }
}
