// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Generators;

/// <summary>
/// Makes traces over the IOMMU core and what its IOTLB holds: ranges that larger pages fit
/// into or do not, unmapped whole, in part and across holes, pages that the driver refuses,
/// addresses that are no multiple of a page, and flush queues that overflow.
/// </summary>
internal sealed class IommuCoreGenerator(SeedStream random)
{
    private const ulong Page = 4096;
    private const ulong BufferBytes = 8UL << 20;
    private const ulong FirstIova = 1UL << 30;

    // IOVAs of the DMA API and of iommu_map() are not to meet: the latter lie high up.
    private const ulong CoreWindow = 1UL << 40;

    private readonly List<Operation> _out = [];
    private readonly List<Range> _ranges = [];
    private readonly Dictionary<string, ulong> _nextIova = [];
    private readonly ulong _cpus = random.Pick(1UL, 2, 4);
    private DeviceDeclaration[] _devices = [];
    private int _made;

    private sealed record Range(string Name, AbiDirection Direction, ulong Size);

    /// <summary>One trace.</summary>
    public Trace Make()
    {
        _devices = [.. Enumerable.Range(0, random.Index(3) + 1).Select(i => Device($"d{i}"))];
        int length = (int)random.Between(60, 300);
        while (_out.Count < length)
        {
            RunPhase();
        }

        _out.AddRange(_devices.SelectMany(device => Counts(device)));
        return new Trace
        {
            Machine = new MachineDeclaration { MemoryBytes = 256UL << 20, Cpus = _cpus },
            Devices = ValueList.From(_devices),
            Buffers = ValueList.From<BufferDeclaration>(
            [
                new("b0", BufferBytes, 64UL << 20),
                new("b1", BufferBytes, (96UL << 20) + (random.Below(600) * Page)),
            ]),
            Operations = ValueList.From(_out),
        };
    }

    private DeviceDeclaration Device(string name) => new(name)
    {
        MaskBits = random.Pick(32UL, 48, 64, 64),
        Iommu = new IommuDeclaration
        {
            Mode = random.Pick(
                AbiIommuMode.Strict, AbiIommuMode.Strict, AbiIommuMode.Lazy,
                AbiIommuMode.Passthrough),
            PageSizes = random.Pick(
                IommuDeclaration.DefaultPageSizes, 1UL << 12, 1UL << 12 | 1UL << 16,
                1UL << 12 | 1UL << 16 | 1UL << 21, 1UL << 12 | 1UL << 15 | 1UL << 18),
            CachesAbsent = random.Chance(35),
            Gathers = random.Chance(70),
            IsPci = random.Chance(30),
        },
    };

    private void RunPhase()
    {
        var device = random.Pick<DeviceDeclaration>(_devices);
        switch (random.Index(12))
        {
            case < 5:
                Map(device);
                break;
            case < 8 when _ranges.Count > 0:
                Unmap(random.Pick<Range>([.. _ranges]));
                break;
            case 8:
                _out.AddRange(Counts(device));
                break;
            case 9:
                _out.Add(new Operation(OperationKind.IommuFail)
                {
                    Number = random.Between(1, random.Pick(3UL, 20, 200)),
                });
                Map(device);
                break;
            case 10 when random.Chance(12) && Lazy() is { } lazy:
                Overflow(lazy);
                break;
            default:
                MapByApi(device);
                break;
        }

        if (_ranges.Count > 0 && random.Chance(60))
        {
            Look(random.Pick<Range>([.. _ranges]));
        }
    }

    // Both ends near a boundary of a larger page, at the same distance from it or not.
    private void Map(DeviceDeclaration device)
    {
        ulong large = random.Pick(1UL << 16, 1UL << 18, 1UL << 21);
        ulong offset = (random.Below(BufferBytes / 2 / large) * large)
            + (random.Pick(0UL, 0, 1, 2, random.Below(large / Page)) * Page);
        ulong size = random.Index(4) switch
        {
            0 => random.Between(1, 20) * Page,
            1 => large,
            2 => large + (random.Below(20) * Page),
            _ => (large * 2) - (random.Below(20) * Page),
        };
        ulong iova = NextIova(device, large, size)
            + (random.Chance(70) ? offset % large : random.Below(16) * Page);
        ulong odd = random.Chance(4) ? random.Pick(1UL, 0x10, 0x800) : 0;
        int victim = random.Index(12);
        var range = new Range(
            $"m{_made++}",
            random.Pick(
                AbiDirection.Bidirectional, AbiDirection.ToDevice, AbiDirection.FromDevice),
            size);
        _out.Add(new Operation(OperationKind.IommuMap)
        {
            Mapping = range.Name,
            Device = device.Name,
            Buffer = random.Pick<string>("b0", "b1"),
            Offset = offset + (victim == 0 ? odd : 0),
            Size = size - (victim == 1 ? odd : 0),
            Number = iova + (victim > 1 ? odd : 0),
            Direction = range.Direction,
        });
        _ranges.Add(range);
    }

    private ulong NextIova(DeviceDeclaration device, ulong align, ulong size)
    {
        ulong start = CoreWindow + FirstIova;
        start = _nextIova.GetValueOrDefault(device.Name, start);
        start = (start + align - 1) & ~(align - 1);
        _nextIova[device.Name] = start + size + (2 * align);
        return start;
    }

    private void Unmap(Range range)
    {
        ulong pages = range.Size / Page;
        ulong first = random.Pick(0UL, 0, 0, random.Below(pages + 1));
        ulong count = random.Pick(pages, pages, pages + 2, random.Between(1, pages + 1));
        ulong odd = random.Chance(4) ? random.Pick(1UL, 0x800) : 0;
        bool atStart = random.Chance(50);
        _out.Add(new Operation(OperationKind.IommuUnmap)
        {
            Mapping = range.Name,
            Offset = (first * Page) + (atStart ? odd : 0),
            Size = (count * Page) - (atStart ? 0 : odd),
        });
    }

    // A device access, so that the IOTLB holds something, or a question to the core. What a
    // device writes to a driver's own pages is nothing that the contract knows of: it only
    // tries where it must not.
    private void Look(Range range)
    {
        ulong offset = random.Below(range.Size + Page);
        int writes = range.Direction == AbiDirection.ToDevice ? 1 : 0;
        _out.Add(random.Index(2 + writes) switch
        {
            0 => new Operation(OperationKind.IovaToPhys)
            {
                Mapping = range.Name,
                Offset = offset,
            },
            1 => new Operation(OperationKind.DevRead)
            {
                Mapping = range.Name,
                Offset = offset,
                Size = random.Pick(1UL, 64, 5000, 70000),
            },
            _ => new Operation(OperationKind.DevWrite)
            {
                Mapping = range.Name,
                Offset = offset,
                Size = random.Pick(1UL, 64, 5000, 70000),
                Number = random.Between(1, 99),
            },
        });
    }

    private void MapByApi(DeviceDeclaration device)
    {
        ulong size = random.Between(1, 3 * Page);
        string name = MapOnce(device, random.Below(BufferBytes / 2), size);
        _out.Add(new Operation(OperationKind.DevRead) { Mapping = name, Size = size });
        UnmapOnce(name);
        if (random.Chance(50))
        {
            _out.Add(new Operation(OperationKind.StaleWrite)
            {
                Mapping = name,
                Size = size,
                Number = random.Between(1, 99),
            });
        }

        if (random.Chance(20))
        {
            _out.Add(new Operation(OperationKind.Time) { Number = random.Between(1, 12) });
        }
    }

    private DeviceDeclaration? Lazy() =>
        _devices.FirstOrDefault(d => d.Iommu.Mode == AbiIommuMode.Lazy);

    // More unmapped IOVAs than the queues of the CPUs have places.
    private void Overflow(DeviceDeclaration device)
    {
        for (ulong i = random.Between(200, 600); i > 0; i--)
        {
            if (random.Chance(10))
            {
                _out.Add(new Operation(OperationKind.Cpu) { Number = random.Below(_cpus) });
            }

            UnmapOnce(MapOnce(device, random.Below(64) * Page, random.Between(1, 2 * Page)));
        }
    }

    private string MapOnce(DeviceDeclaration device, ulong offset, ulong size)
    {
        string name = $"m{_made++}";
        _out.Add(new Operation(OperationKind.Map)
        {
            Mapping = name,
            Device = device.Name,
            Buffer = "b0",
            Offset = offset,
            Size = size,
            Direction = AbiDirection.Bidirectional,
        });
        return name;
    }

    private void UnmapOnce(string name) =>
        _out.Add(new Operation(OperationKind.Unmap) { Mapping = name });

    private static IEnumerable<Operation> Counts(DeviceDeclaration device) =>
        Enumerable.Range(0, (int)AbiIotlbCount.Counts).Select(
            count => new Operation(OperationKind.IotlbRead)
            {
                Device = device.Name,
                IotlbCount = (AbiIotlbCount)count,
            });
}
