// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Tests.Xen;

/// <summary>
/// Generated sequences in which swiotlb-xen and dma-direct have the same to do: streaming
/// mappings of coherent devices that reach the pool. What docs/swiotlb-xen.md tells them apart
/// by is left out; pages of other domains, frames that are apart and full pools are not.
/// </summary>
internal static class StreamingOfGuests
{
    private const ulong LeastMaskBits = 32;

    // A smaller one may not be made at all.
    private const ulong LeastLatePool = 4UL << 20;

    public static IEnumerable<(string Origin, Trace Trace)> Generate(ulong seed, int count)
    {
        var generator = new SequenceGenerator(seed);
        var guests = new ConfigurationGenerator(seed, [ConfigurationSettings.Parse("xen")]);
        for (ulong i = 0; i < (ulong)count; i++)
        {
            yield return ($"sequence {i} of seed {seed}",
                Restrict(guests.Apply(i, generator.Generate(i))));
        }
    }

    private static Trace Restrict(Trace trace)
    {
        var dropped = trace.Operations.Where(o => Makes(o.Kind)).Select(o => o.Mapping).ToHashSet();
        return trace with
        {
            Machine = trace.Machine with
            {
                SwiotlbAny = false,
                LateInitBytes = trace.Machine.LateInitBytes == 0 ? 0 : LeastLatePool,
            },
            Cmdline = trace.Cmdline.Contains("noforce") ? "swiotlb=512,1" : trace.Cmdline,
            Devices = ValueList.From(trace.Devices.Select(Reaching)),
            Operations = ValueList.From(trace.Operations.Where(
                o => !Asks(o.Kind) && (o.Mapping.Length == 0 || !dropped.Contains(o.Mapping)))),
        };
    }

    private static DeviceDeclaration Reaching(DeviceDeclaration device) => device with
    {
        MaskBits = Math.Max(device.MaskBits, LeastMaskBits),
        CoherentMaskBits = 0,
        BusLimit = 0,
    };

    private static bool Makes(OperationKind kind) =>
        kind is OperationKind.Alloc or OperationKind.PoolAlloc or OperationKind.MapResource;

    private static bool Asks(OperationKind kind) => kind
        is OperationKind.NeedSync or OperationKind.MaxMappingSize or OperationKind.OptMappingSize
        or OperationKind.RequiredMask or OperationKind.AddressingLimited;
}
