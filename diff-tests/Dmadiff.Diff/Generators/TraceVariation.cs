// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Shrinking;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Generators;

/// <summary>Variations of a trace. What makes no sense afterwards is taken out where it can be
/// told; the rest is for <see cref="TraceRules"/> to refuse.</summary>
internal sealed class TraceVariation(SeedStream random)
{
    private static readonly ulong[] Steps = [1, 2, 16, 512, 2047, 2048, 4095, 4096, 65536];

    /// <summary>Goes on where the trace ends, or somewhere before its end.</summary>
    public Trace Extend(Trace trace)
    {
        var cut = random.Chance(50)
            ? trace.Operations.Count
            : random.Index(trace.Operations.Count + 1);
        var more = trace.Operations.Any(o => o.Domain.Length > 0)
            ? []
            : new OperationGenerator(random, trace, crowded: true, api: random.Chance(50)).Make();
        return Join(trace, cut, Renamed(more));
    }

    /// <summary>The beginning of one, then what of the other fits into its machine.</summary>
    public Trace Splice(Trace trace, Trace other)
    {
        var cut = random.Index(trace.Operations.Count + 1);
        var from = random.Index(other.Operations.Count + 1);
        var devices = trace.Devices.Select(d => d.Name).ToHashSet();
        var buffers = trace.Buffers.ToDictionary(b => b.Name, b => b.Bytes);
        var pools = trace.Pools.Select(p => p.Name).Append(Operation.DefaultPool).ToHashSet();
        bool Fits(Operation o) =>
            (o.Device.Length == 0 || devices.Contains(o.Device))
            && (o.Pool.Length == 0 || pools.Contains(o.Pool))
            && (o.Buffer.Length == 0 || IsIn(buffers, o.Buffer, o.Offset, o.Size))
            && o.Entries.All(e => IsIn(buffers, e.Buffer, e.Offset, e.Size));
        return Join(trace, cut, Renamed(other.Operations.Skip(from).Where(Fits)));
    }

    /// <summary>A stretch of it twice.</summary>
    public Trace Repeat(Trace trace)
    {
        var count = trace.Operations.Count;
        var start = random.Index(count);
        var length = (int)random.Between(1, Math.Min(40UL, (ulong)(count - start)));
        var again = Renamed(trace.Operations.Skip(start).Take(length));
        return Closed(trace with
        {
            Operations = ValueList.From(
            [
                .. trace.Operations.Take(start + length), .. again,
                .. trace.Operations.Skip(start + length),
            ]),
        });
    }

    /// <summary>The same on another machine, or for other devices.</summary>
    public Trace Reconfigure(Trace trace)
    {
        var machine = trace.Machine;
        return random.Index(4) switch
        {
            0 => trace with
            {
                Machine = machine with { Cpus = random.Pick(1UL, 2, 4, machine.Cpus) },
            },
            1 => trace with
            {
                Cmdline = random.Pick(
                    "swiotlb=128", "swiotlb=256,1", "swiotlb=512,2,force", "swiotlb=force",
                    "swiotlb=1024,4,force", trace.Cmdline),
            },
            2 => WithDevices(trace, d => d with
            {
                MaskBits = random.Pick(24UL, 30, 32, 36, 64),
            }),
            _ => WithDevices(trace, d => d with
            {
                MinAlignMask = random.Pick(0UL, 0x1ff, 0x7ff, 0xfff),
                SegBoundaryMask = random.Pick(0xfffUL, 0xffff, 0x3ffff, 0xffffffff),
            }),
        };
    }

    /// <summary>Other numbers, directions and places here and there; some operations less.
    /// </summary>
    public Trace Tweak(Trace trace)
    {
        var operations = trace.Operations.ToList();
        var count = (int)random.Between(1, 6);
        for (var i = 0; i < count && operations.Count > 0; i++)
        {
            var at = random.Index(operations.Count);
            if (random.Chance(15))
            {
                operations.RemoveAt(at);
            }
            else
            {
                operations[at] = Tweak(trace, operations[at]);
            }
        }

        return Closed(trace with { Operations = ValueList.From(operations) });
    }

    private Operation Tweak(Trace trace, Operation operation)
    {
        var syntax = OperationSyntax.Of(operation.Kind);
        switch (random.Index(6))
        {
            case 0 when operation.Size > 0:
                return operation with { Size = Math.Max(1, Near(operation.Size)) };
            case 1:
                return operation with { Offset = Near(operation.Offset) };
            case 2 when operation.Device.Length > 0:
                return operation with { Device = random.Pick(trace.Devices.AsSpan()).Name };
            case 3 when syntax?.Operands.Contains(Operand.Direction) == true:
                return operation with
                {
                    Direction = random.Pick(
                        AbiDirection.ToDevice, AbiDirection.FromDevice,
                        AbiDirection.Bidirectional),
                };
            case 4 when operation.Number > 0:
                return operation with { Number = Near(operation.Number) };
            default:
                return operation.Size > 1
                    ? operation with { Size = operation.Size / 2 }
                    : operation;
        }
    }

    private ulong Near(ulong value)
    {
        var step = random.Pick(Steps);
        return random.Chance(50) || step > value ? value + step : value - step;
    }

    private Trace WithDevices(Trace trace, Func<DeviceDeclaration, DeviceDeclaration> change)
    {
        var chosen = random.Index(trace.Devices.Count);
        return trace with
        {
            Devices = ValueList.From(trace.Devices.Select((d, i) => i == chosen ? change(d) : d)),
        };
    }

    private static bool IsIn(
        Dictionary<string, ulong> buffers, string buffer, ulong offset, ulong size) =>
        buffers.TryGetValue(buffer, out var bytes) && offset <= bytes && size <= bytes - offset;

    private static Trace Join(Trace trace, int cut, IEnumerable<Operation> more) => Closed(
        trace with
        {
            Operations = ValueList.From([.. trace.Operations.Take(cut), .. more]),
        });

    // Names of their own, so that lives do not run into each other.
    private static IEnumerable<Operation> Renamed(IEnumerable<Operation> operations) =>
        operations.Select(o => o with
        {
            Mapping = o.Mapping.Length > 0 ? o.Mapping + "v" : o.Mapping,
            List = o.List.Length > 0 ? o.List + "v" : o.List,
            Domain = o.Domain.Length > 0 ? o.Domain + "v" : o.Domain,
        });

    // Without what uses a thing that is not there.
    private static Trace Closed(Trace trace) =>
        MappingNames.MakeUnique(Reductions.WithoutOperations(trace, trace.Operations.Count, 0));
}
