// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Generators;
using Dmadiff.KernelHarness.Native;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Dmadiff.Tests.Mutations;

[CollectionDefinition(nameof(PortMutationTests))]
public sealed class PortMutationCollection : ICollectionFixture<Kernels>;

/// <summary>One-line mistakes in the port are found by comparing with the kernels.</summary>
[Collection(nameof(PortMutationTests))]
public sealed class PortMutationTests(Kernels kernels, ITestOutputHelper output) : IDisposable
{
    private static readonly (string Kernel, string Profile)[] Pairs =
    [
        (Kernels.Old, nameof(SwiotlbProfile.V6_1)),
        (Kernels.New, nameof(SwiotlbProfile.V6_12)),
    ];

    private static readonly PortMutation None = new("none", "", "");
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly PortCompiler _compiler = new();

    // Each takes a compilation: every other one is enough for each run of the tests, and
    // DMADIFF_MUTANTS=all is for a change of the port or of the generator.
    public static TheoryData<string> Mutants =>
    [
        .. PortMutation.All
            .Where((_, i) => i % 2 == 0
                || Environment.GetEnvironmentVariable("DMADIFF_MUTANTS") == "all")
            .Select(m => m.Name),
    ];

    public void Dispose() => _compiler.Dispose();

    [Theory]
    [MemberData(nameof(Mutants))]
    public async Task A_mistake_is_found(string mistake)
    {
        PortMutation mutation = PortMutation.All.Single(m => m.Name == mistake);
        PortCompiler.Assemblies port = _compiler.Compile(mutation);
        Catch?[] found = await Task.WhenAll(
            PairsOf(mutation).Select(pair => Find(port, pair.Kernel, pair.Profile, mutation)));
        foreach (((string kernel, _), Catch? one) in PairsOf(mutation).Zip(found))
        {
            output.WriteLine($"{kernel}: {mistake}: {one?.ToString() ?? "not found"}");
        }

        found.ShouldContain(one => one != null);
    }

    [Fact]
    public async Task Nothing_is_found_where_there_is_no_mistake()
    {
        PortCompiler.Assemblies port = _compiler.Compile(null);
        foreach ((string kernel, string profile) in Pairs)
        {
            using (IEngine engine = port.Engine(profile))
            {
                engine.ShouldNotBeOfType<PortEngine>("it was compiled here");
            }

            foreach (GeneratedPart part in Enum.GetValues<GeneratedPart>())
            {
                (await Find(port, kernel, profile, None with { Part = part })).ShouldBeNull(kernel);
            }
        }

        foreach (MutationGround ground in
            new[] { MutationGround.GrowingPools, MutationGround.Guests })
        {
            PortMutation there = None with { Ground = ground };
            (await Find(port, Kernels.New, nameof(SwiotlbProfile.V6_12), there)).ShouldBeNull();
        }
    }

    // The older kernel's pools never grow.
    private static (string Kernel, string Profile)[] PairsOf(PortMutation mutation) =>
        mutation.Ground == MutationGround.GrowingPools ? [Pairs[1]] : Pairs;

    // Nothing cuts an endless loop of managed code: a mistake that makes one fails the test.
    private Task<Catch?> Find(
        PortCompiler.Assemblies port, string kernel, string profile, PortMutation mutation) =>
        Task.Run(() =>
        {
            using IEngine mutant = port.Engine(profile);
            using IEngine native = mutation.Ground == MutationGround.Plain
                ? new NativeEngine(kernels[kernel].Build)
                : kernels.Configured(kernel);
            return mutation.Ground == MutationGround.Plain
                ? Hunt.Find(native, mutant, mutation.Part)
                : Hunt.FindOn(mutation.Ground, native, mutant);
        }).WaitAsync(Limit);
}
