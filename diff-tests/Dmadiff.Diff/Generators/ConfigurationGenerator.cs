// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Generators;

/// <summary>
/// Puts generated traces on kernels of other configurations. What it draws for a trace depends
/// on nothing but the seed and the trace's number; neighbours share a configuration, so that
/// kernels need not be loaded all the time.
/// </summary>
/// <param name="seed">That of the traces.</param>
/// <param name="choices">What to draw from; with none, traces stay as they are.</param>
public sealed class ConfigurationGenerator(
    ulong seed, IReadOnlyList<ConfigurationSettings> choices)
{
    /// <summary>Traces in a row that share a configuration.</summary>
    public const int Neighbours = 10;

    // Drawn apart from the traces, which so are the same whatever the choices.
    private const ulong Apart = 0x636f6e6669677572;

    // Above all that the generator declares by address.
    private const ulong HighBuffer = 6UL << 20;

    // Machine memory that no guest's frames are in.
    private const ulong OtherDomain = 0x7f00000000;

    /// <summary>A few that open different code: each is a build of its own.</summary>
    public static IReadOnlyList<ConfigurationSettings> Any { get; } =
    [
        .. new[]
        {
            "default", "64K", "16K+sglen", "dynamic", "highmem", "encrypt", "noncoherent",
            "numa", "xen", "no-debugfs+no-ofmem+no-pci",
        }.Select(ConfigurationSettings.Parse),
    ];

    /// <summary>The trace in the configuration that is drawn for it.</summary>
    public Trace Apply(ulong index, Trace trace)
    {
        if (choices.Count == 0)
        {
            return trace;
        }

        var settings = new SeedStream(seed ^ Apart, index / Neighbours).Pick([.. choices]);
        var changed = Populate(new SeedStream(seed ^ Apart, ~index), settings.Apply(trace));

        // What has no place in the other machine stays on its own.
        return TraceRules.Check(changed).Count == 0 ? changed : trace;
    }

    // Some of what the configuration is about.
    private static Trace Populate(SeedStream random, Trace trace)
    {
        var configuration = trace.Configuration;
        if (configuration.Has(KernelOption.Highmem) && trace.Buffers.Count > 0
            && trace.Buffers[0].At is null)
        {
            var at = trace.Machine.HighmemFrom + HighBuffer + random.Pick(0UL, 0x10, 0x7ff, 0xe00);
            trace = trace with
            {
                Buffers = ValueList.From(
                    trace.Buffers.Select((b, i) => i == 0 ? b with { At = at } : b)),
            };
        }

        if (configuration.Has(KernelOption.NonCoherent))
        {
            trace = trace with
            {
                Devices = ValueList.From(
                    trace.Devices.Select(d => d with { IsCoherent = random.Chance(40) })),
            };
        }

        if (configuration.Has(KernelOption.Numa))
        {
            var nodes = random.Pick(trace.Machine.Nodes, trace.Machine.Nodes, 3, 4);
            trace = trace with
            {
                Machine = trace.Machine with { Nodes = nodes },
                Devices = ValueList.From(
                    trace.Devices.Select(d => d with { Node = random.Below(nodes) })),
            };
        }

        if (configuration.Has(KernelOption.Xen))
        {
            trace = InGuest(random, trace);
        }

        return configuration.Has(KernelOption.SwiotlbDynamic) ? Growing(random, trace) : trace;
    }

    // What can grow wants work and grace periods; and memory above the reach of some devices,
    // from which pages have to be tried again lower.
    private static Trace Growing(SeedStream random, Trace trace)
    {
        if (random.Chance(30))
        {
            trace = trace with
            {
                Machine = trace.Machine with { MemoryBytes = 16UL << 30 },
                Devices = ValueList.From(trace.Devices.Select(d => random.Chance(40)
                    ? d with { MaskBits = random.Pick(24UL, 31, 33, 34), BusLimit = 0 }
                    : d)),
            };
        }

        return trace with { Operations = ValueList.From(WithWork(random, trace.Operations)) };
    }

    // The devices that no IOMMU and no pool of their own keep from it belong to the guest. Pages
    // of other domains are there before anything is mapped.
    private static Trace InGuest(SeedStream random, Trace trace) => trace with
    {
        Machine = trace.Machine with
        {
            Xen = random.Chance(70) ? XenGuest.Pv : XenGuest.Translated,
            XenRunBytes = random.Pick(4UL << 10, 64UL << 10, 1UL << 20),
            XenCacheFlush = random.Chance(70),
        },
        Devices = ValueList.From(trace.Devices.Select(d => d with
        {
            IsOfXen = d.Iommu.Mode == AbiIommuMode.None && d.Pool.Length == 0
                && d.CoherentBytes == 0 && random.Chance(70),
        })),
        Operations = ValueList.From(
            ForeignPages(random, trace.Buffers).Concat(trace.Operations)),
    };

    private static Operation[] ForeignPages(
        SeedStream random, ValueList<BufferDeclaration> buffers) =>
    [
        .. Enumerable.Range(0, buffers.Count > 0 ? random.Pick(0, 0, 1, 2, 4) : 0).Select(i =>
        {
            var buffer = buffers[random.Index(buffers.Count)];
            return new Operation(OperationKind.XenForeign)
            {
                Buffer = buffer.Name,
                Offset = random.Below(buffer.Bytes),
                Number = OtherDomain + ((ulong)i << 12),
            };
        }),
    ];

    private static IEnumerable<Operation> WithWork(
        SeedStream random, IEnumerable<Operation> operations)
    {
        foreach (var operation in operations)
        {
            yield return operation;
            if (random.Chance(4))
            {
                yield return new Operation(random.Pick(OperationKind.Work, OperationKind.Rcu));
            }
        }
    }
}
