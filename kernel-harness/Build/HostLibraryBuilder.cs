// SPDX-License-Identifier: GPL-2.0-only
using System.Collections.Frozen;

namespace Dmadiff.KernelHarness.Build;

/// <summary>What all kernels are linked with and loaded with.</summary>
/// <param name="Library">Path of the library that they need of the host: signals, sparse
/// memory.</param>
/// <param name="Stubs">Stand for the kernel functions that are known to be missing.</param>
internal sealed record HostLibrary(string Library, ServiceStubs Stubs);

/// <summary>Compiles what all kernels are linked with.</summary>
/// <param name="cache">Keeps it.</param>
/// <param name="plan">What is in it.</param>
/// <param name="harness">The sources.</param>
internal sealed class HostLibraryBuilder(
    CacheDirectory cache, BuildPlan plan, HarnessSources harness)
{
    private const string FileName = "host.so";

    /// <summary>The library, after compiling it if need be.</summary>
    /// <exception cref="KernelBuildException">It does not compile.</exception>
    public HostLibrary Build(CancellationToken cancel)
    {
        using var hash = new ContentHash();
        string key = hash
            .Add(harness.Hash)
            .AddAll(plan.HostUnits)
            .AddAll(plan.HostFlags)
            .AddAll(plan.MissingServices)
            .Add(Toolchain.Version)
            .Finish();
        string entry = "hosts/" + key;
        cache.Ensure(
            entry,
            folder =>
            {
                new HostCompiler(harness).Compile(
                    Path.Combine(folder, FileName),
                    plan.HostUnits,
                    ["-shared", "-fPIC", .. plan.HostFlags],
                    cancel);
                ServiceStubs.Compile(plan.MissingServices, folder, cancel);
            },
            cancel);
        return new HostLibrary(
            cache.PathOf(entry, FileName),
            ServiceStubs.In(
                cache.PathOf(entry),
                plan.MissingServices.ToFrozenSet(StringComparer.Ordinal)));
    }
}
