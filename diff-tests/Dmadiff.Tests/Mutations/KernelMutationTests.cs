// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Native;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Dmadiff.Tests.Mutations;

/// <summary>Apart from other tests of real kernels, so that both run at a time.</summary>
[CollectionDefinition(nameof(KernelMutationTests))]
public sealed class KernelMutationCollection : ICollectionFixture<Kernels>;

/// <summary>One-line mistakes in the kernel's swiotlb.c are found by comparing with the
/// port.</summary>
[Collection(nameof(KernelMutationTests))]
public sealed class KernelMutationTests(Kernels kernels, ITestOutputHelper output)
{
    public static TheoryData<string, string> Mutants
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (Mutation mutation in Mutation.All)
            {
                foreach (string kernel in new[] { Kernels.Old, Kernels.New })
                {
                    if (mutation.For(kernel) is not null)
                    {
                        rows.Add(kernel, mutation.Name);
                    }
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Mutants))]
    public void A_mistake_is_found(string kernel, string mistake)
    {
        SourceEdit edit = Mutation.All
            .First(m => m.Name == mistake && m.For(kernel) is not null).For(kernel)!;
        using var mutant = new NativeEngine(kernels.Build(kernel, edit));
        using var port = new PortEngine(kernels[kernel].Profile);
        Catch? found = Hunt.Find(port, mutant);
        output.WriteLine($"{kernel}: {mistake}: {found?.ToString() ?? "not found"}");
        found.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(Kernels.Old)]
    [InlineData(Kernels.New)]
    public void Nothing_is_found_where_there_is_no_mistake(string kernel)
    {
        var (native, port) = kernels.Engines(kernel);
        using (native)
        using (port)
        {
            Hunt.Find(port, native).ShouldBeNull();
        }
    }
}
