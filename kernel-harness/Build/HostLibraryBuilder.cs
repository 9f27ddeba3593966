// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Build;

/// <summary>Compiles the library that kernels need of the host: signals, sparse memory.</summary>
internal sealed class HostLibraryBuilder
{
    private const string FileName = "host.so";
    private readonly CacheDirectory _cache;
    private readonly BuildPlan _plan;
    private readonly HarnessSources _harness;

    public HostLibraryBuilder(CacheDirectory cache, BuildPlan plan, HarnessSources harness)
    {
        _cache = cache;
        _plan = plan;
        _harness = harness;
    }

    /// <summary>The library's path, after compiling it if need be.</summary>
    /// <exception cref="KernelBuildException">It does not compile.</exception>
    public string Build(CancellationToken cancel)
    {
        using var hash = new ContentHash();
        string key = hash
            .Add(_harness.Hash)
            .AddAll(_plan.HostUnits)
            .AddAll(_plan.HostFlags)
            .Add(Toolchain.Version)
            .Finish();
        string entry = "hosts/" + key;
        _cache.Ensure(entry, folder => Compile(folder, cancel), cancel);
        return _cache.PathOf(entry, FileName);
    }

    private void Compile(string folder, CancellationToken cancel)
    {
        // There is no kernel here; the name of its folder stands for nothing.
        var paths = new BuildPaths("/no-tree", _harness.Folder, folder);
        ToolResult result = Tool.Run(
            Toolchain.Compiler,
            [
                "-shared", "-fPIC", "-fdiagnostics-color=never", "-o",
                Path.Combine(folder, FileName),
                .. _plan.HostUnits.Select(u => Path.Combine(_harness.Folder, u)),
                .. paths.PrefixMaps, .. _plan.HostFlags.Select(paths.Expand),
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
