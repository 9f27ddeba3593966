// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Shrinking;

/// <summary>Simpler declarations: defaults where they do, buffers no larger than used.</summary>
internal static class HeaderSimplifications
{
    /// <summary>Each gives alternatives for one thing, the boldest first; the first that
    /// keeps the signature is taken.</summary>
    public static IReadOnlyList<Func<Trace, IEnumerable<Trace>>> All { get; } =
    [
        trace => Machine(trace, machine => machine with
        {
            Configuration = KernelConfiguration.Default,
            HighmemFrom = 0,
        }),
        Options,
        trace => Machine(trace, machine => machine with { HighmemFrom = 0 }),
        trace => Machine(trace, machine => machine with { Nodes = 1 }),
        trace => [ConfigurationSettings.With(trace, KernelOption.Xen, on: false)],
        trace => Machine(trace, machine => machine with
        {
            XenRunBytes = new MachineDeclaration().XenRunBytes,
            XenCacheFlush = true,
        }),
        trace => Machine(trace, machine => machine with { SwiotlbAny = false }),
        trace => Machine(trace, machine => machine with { SwiotlbForce = false }),
        trace => Machine(trace, machine => machine with { LateInitBytes = 0 }),
        trace => EachDevice(
            trace, device => device with { Iommu = device.Iommu with { IsDeferred = false } }),
        trace => Machine(trace, machine => machine with { IsKdump = false }),
        trace => Machine(trace, machine => machine with { AddressingLimit = true }),
        trace => Machine(trace, machine => machine with { Cpus = 1 }),
        trace => Machine(
            trace, machine => machine with { MemoryBytes = new MachineDeclaration().MemoryBytes }),
        Cmdline,
        trace => EachDevice(trace, device => new DeviceDeclaration(device.Name)),
        trace => EachDevice(trace, device => device with { IsCoherent = true, Node = 0 }),
        trace => EachDevice(trace, device => device with { BusLimit = 0 }),
        trace => EachDevice(trace, device => device with { MinAlignMask = 0 }),
        trace => EachDevice(
            trace,
            device => device with
            {
                SegBoundaryMask = new DeviceDeclaration("").SegBoundaryMask,
            }),
        trace => EachDevice(trace, device => device with { Pool = "" }),
        trace => EachDevice(
            trace, device => device with { CoherentBase = 0, CoherentBytes = 0 }),
        trace => EachDevice(trace, device => device with { CoherentMaskBits = 0 }),
        trace => EachDevice(trace, device => device with { MaskBits = 32 }),
        trace => EachDevice(
            trace, device => device.MinAlignMask > 0xfff
                ? device with { MinAlignMask = 0xfff }
                : device),
        trace => EachBuffer(trace, buffer => buffer with { At = null }),
        trace => EachBuffer(
            trace, buffer => buffer.At is { } at ? buffer with { At = at & ~0xfffUL } : buffer),
        trace => EachBuffer(trace, buffer => buffer with { Bytes = UsedOf(trace, buffer) }),
    ];

    private static IEnumerable<Trace> Machine(
        Trace trace,
        Func<MachineDeclaration, MachineDeclaration> simplify)
    {
        yield return trace with { Machine = simplify(trace.Machine) };
    }

    // What the configuration has beside the default, each alone.
    private static IEnumerable<Trace> Options(Trace trace)
    {
        var configuration = trace.Machine.Configuration;
        var page = KernelConfiguration.Default.PageBytes;
        foreach (var simpler in KernelOptionName.All
            .Where(option => configuration.Has(option.Option) != option.OnByDefault)
            .Select(option => configuration.With(option.Option, option.OnByDefault))
            .Append(configuration.WithPageBytes(page)))
        {
            yield return trace with
            {
                Machine = trace.Machine with { Configuration = simpler },
            };
        }
    }

    private static IEnumerable<Trace> Cmdline(Trace trace)
    {
        var simple = new[] { "", "swiotlb=force", "swiotlb=512,1,force", "swiotlb=128,1,force" };
        foreach (var line in simple)
        {
            if (line == trace.Cmdline)
            {
                yield break;
            }

            yield return trace with { Cmdline = line };
        }
    }

    // All at once, then each alone: the caller takes the first that holds, and comes again.
    private static IEnumerable<Trace> EachDevice(
        Trace trace,
        Func<DeviceDeclaration, DeviceDeclaration> simplify) =>
        Each(trace.Devices, simplify).Select(devices => trace with { Devices = devices });

    private static IEnumerable<Trace> EachBuffer(
        Trace trace,
        Func<BufferDeclaration, BufferDeclaration> simplify) =>
        Each(trace.Buffers, simplify).Select(buffers => trace with { Buffers = buffers });

    private static IEnumerable<ValueList<T>> Each<T>(ValueList<T> items, Func<T, T> simplify)
    {
        yield return ValueList.From(items.Select(simplify));
        for (var i = 0; i < items.Count && items.Count > 1; i++)
        {
            var index = i;
            yield return ValueList.From(
                items.Select((item, j) => j == index ? simplify(item) : item));
        }
    }

    private static ulong UsedOf(Trace trace, BufferDeclaration buffer)
    {
        var used = trace.Operations
            .Where(operation => operation.Buffer == buffer.Name)
            .Select(operation => operation.Offset + operation.Size)
            .Concat(trace.Operations.SelectMany(operation => operation.Entries)
                .Where(entry => entry.Buffer == buffer.Name)
                .Select(entry => entry.Offset + entry.Size))
            .DefaultIfEmpty(1UL)
            .Max();
        return Math.Min(buffer.Bytes, Math.Max(4096, (used + 4095) & ~4095UL));
    }
}
