// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Generators;

/// <summary>Makes traces that look like what a profile was learnt from: the same devices with
/// the same habits, in a pool that is often too small for them.</summary>
internal sealed class ProfiledGenerator(SeedStream random, GeneratorProfile profile)
{
    private const ulong Page = 4096;
    private const ulong BufferBytes = 2UL << 20;
    private const ulong LargestSize = 256UL << 10;
    private readonly PriorityQueue<Live, (ulong End, int Number)> _live = new();
    private readonly List<Operation> _out = [];
    private ulong _made;
    private ulong _cpu;

    private readonly record struct Live(
        string Name, int Device, ulong Size, AbiDirection Direction);

    public Trace Make()
    {
        var header = Header();
        foreach (var buffer in header.Buffers)
        {
            _out.Add(new Operation(OperationKind.Fill)
            {
                Buffer = buffer.Name,
                Size = buffer.Bytes,
                Number = random.Between(1, 99),
            });
        }

        var length = (int)random.Between(50, 400);
        while (_out.Count < length)
        {
            EndDue();
            MakeMapping();
            if (random.Chance(30) && _live.Count > 0)
            {
                Touch(_live.Peek());
            }
        }

        while (_live.Count > 0)
        {
            End(_live.Dequeue());
        }

        return header with { Operations = ValueList.From(_out) };
    }

    private Trace Header()
    {
        var slots = random.Pick(128UL, 256, 512, 1024, 2048, 32768);
        var force = profile.IsForced || random.Chance(30) ? ",force" : "";
        return new Trace
        {
            Machine = new MachineDeclaration
            {
                MemoryBytes = random.Pick(1UL << 30, 8UL << 30),
                Cpus = (ulong)profile.Cpus,
            },
            Cmdline = $"swiotlb={slots},{random.Pick(1, profile.Cpus)}{force}",
            Devices = ValueList.From(profile.Devices.Select((d, i) =>
                new DeviceDeclaration($"d{i}")
                {
                    MaskBits = (ulong)d.MaskBits,
                    MinAlignMask = d.MinAlignMask,
                })),
            Buffers = [new BufferDeclaration("b0", BufferBytes)],
        };
    }

    private void EndDue()
    {
        while (_live.TryPeek(out var live, out var key) && key.End <= _made)
        {
            _live.Dequeue();
            if (live.Direction == AbiDirection.FromDevice && random.Chance(70))
            {
                DeviceWrites(live);
            }

            End(live);
        }
    }

    private void MakeMapping()
    {
        var number = Draw(profile.Devices, d => d.Mappings);
        var device = profile.Devices[number];
        var cpu = Draw(device.Cpus);
        if (cpu != _cpu)
        {
            _cpu = cpu;
            _out.Add(new Operation(OperationKind.Cpu) { Number = cpu });
        }

        // Now and then a size next to a usual one: that is where mistakes are.
        var size = Math.Min(Draw(device.Sizes), LargestSize);
        size = random.Chance(5) ? Math.Max(1, size + random.Pick(1UL, 0) - random.Below(3)) : size;
        var offset = Draw(device.Offsets);
        var pages = (BufferBytes - offset - size) / Page;
        var live = new Live(
            $"m{_made}", number, size, (AbiDirection)Draw(device.Directions));
        _out.Add(new Operation(OperationKind.Map)
        {
            Mapping = live.Name,
            Device = $"d{number}",
            Buffer = "b0",
            Offset = (random.Below(pages + 1) * Page) + offset,
            Size = size,
            Direction = live.Direction,
        });
        _made++;
        _live.Enqueue(live, (_made + random.Below(Draw(device.Lifetimes)) + 1, (int)_made));
        if (live.Direction == AbiDirection.ToDevice && random.Chance(50))
        {
            _out.Add(new Operation(OperationKind.DevRead) { Mapping = live.Name, Size = size });
        }
    }

    private void Touch(Live live)
    {
        var device = profile.Devices[live.Device];
        var syncs = (ulong)(100 * device.Syncs / device.Mappings);
        if (random.Below(100) >= Math.Max(syncs, 10))
        {
            return;
        }

        var offset = random.Chance(50) ? 0 : random.Below(live.Size);
        _out.Add(new Operation(
            random.Chance(50) ? OperationKind.SyncForCpu : OperationKind.SyncForDevice)
        {
            Mapping = live.Name,
            Offset = offset,
            Size = random.Between(1, live.Size - offset),
        });
    }

    private void DeviceWrites(Live live) => _out.Add(new Operation(OperationKind.DevWrite)
    {
        Mapping = live.Name,
        Size = random.Chance(80) ? live.Size : random.Between(1, live.Size),
        Number = random.Between(100, 999),
    });

    private void End(Live live) =>
        _out.Add(new Operation(OperationKind.Unmap) { Mapping = live.Name });

    private ulong Draw(IReadOnlyList<WeightedValue> values) =>
        values[Draw(values, v => v.Count)].Value;

    private int Draw<T>(IReadOnlyList<T> items, Func<T, long> weight)
    {
        var at = (long)random.Below((ulong)items.Sum(weight));
        for (var i = 0; i < items.Count - 1; i++)
        {
            at -= weight(items[i]);
            if (at < 0)
            {
                return i;
            }
        }

        return items.Count - 1;
    }
}
