// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness.Native;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.RealKernels;

/// <summary>Alone in the process: it measures it.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryCollection : ICollectionFixture<Kernels>;

[Collection(nameof(MemoryTests))]
public sealed class MemoryTests(Kernels kernels)
{
    private const int WarmUp = 40;
    private const int Boots = 200;
    private const long AllowedKib = 6 * 1024;

    [Theory]
    [InlineData(Kernels.Old)]
    [InlineData(Kernels.New)]
    public void Booting_again_and_again_takes_no_more_memory(string name)
    {
        using var engine = new NativeEngine(kernels[name].Build);
        LoweredTrace[] traces =
        [
            .. Enumerable.Range(0, 20).Select(i =>
                TraceLowering.Lower(new SequenceGenerator(5).Generate((ulong)i))),
        ];
        RunAll(engine, traces, WarmUp);
        long before = ResidentKib();
        RunAll(engine, traces, Boots);
        (ResidentKib() - before).ShouldBeLessThan(AllowedKib);
    }

    private static void RunAll(NativeEngine engine, LoweredTrace[] traces, int boots)
    {
        for (int i = 0; i < boots; i++)
        {
            new EngineRun(engine).Execute(traces[i % traces.Length]);
        }
    }

    private static long ResidentKib()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmRSS:"));
        return long.Parse(line.Split(
            ' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
