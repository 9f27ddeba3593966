// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Generators;

/// <summary>Draws what drivers do beyond mapping a page: scatterlists, coherent memory, atomic
/// pools, resources, and questions.</summary>
internal sealed class DmaApiGenerator(
    SeedStream random,
    SizeGenerator sizes,
    Trace header,
    List<Operation> output)
{
    private const int MostLists = 6;

    private readonly ListGenerator _lists = new(random, sizes);
    private readonly List<Live> _live = [];
    private readonly HashSet<string> _mappedLists = [];
    private int _made;

    private readonly record struct Live(
        string Name, MappingFamily Family, ulong Size, AbiDirection Direction, string List,
        bool HasAddress);

    /// <summary>Makes, uses or ends something.</summary>
    public void Step()
    {
        var roll = random.Index(100);
        if (roll < 40 || _live.Count == 0)
        {
            Make();
        }
        else if (roll < 70)
        {
            Use(random.Pick<Live>([.. _live]));
        }
        else if (roll < 95)
        {
            End(random.Index(_live.Count));
        }
        else
        {
            Ask();
        }
    }

    /// <summary>Ends all that is live.</summary>
    public void EndAll()
    {
        while (_live.Count > 0)
        {
            End(_live.Count - 1);
        }
    }

    private void Make()
    {
        var device = random.Pick(header.Devices.AsSpan());
        switch (random.Index(20))
        {
            case < 8:
                MakeList(device);
                break;
            case < 14:
                MakeAlloc(device);
                break;
            case < 18:
                MakePoolAlloc(device);
                break;
            default:
                MakeResource(device);
                break;
        }
    }

    private void MakeList(DeviceDeclaration device)
    {
        var list = $"s{random.Below(MostLists)}";
        if (_mappedLists.Contains(list))
        {
            return;
        }

        var buffer = random.Pick(header.Buffers.AsSpan());
        var entries = _lists.Entries(buffer);
        output.Add(new Operation(OperationKind.ScatterList)
        {
            List = list,
            Entries = ValueList.From(entries),
            Number = random.Pick(0UL, 0, 0, 1, 2, 3),
        });
        var live = new Live(
            NextName(),
            MappingFamily.Sg,
            (ulong)entries.Sum(entry => (long)entry.Size),
            Direction(),
            list,
            HasAddress: false);
        output.Add(new Operation(OperationKind.MapSg)
        {
            Mapping = live.Name,
            Device = device.Name,
            List = list,
            Direction = live.Direction,
            SkipSync = random.Chance(5),
            NoWarn = random.Chance(20),
        });
        _mappedLists.Add(list);
        _live.Add(live);
        for (var i = 0UL; i < 3; i++)
        {
            output.Add(new Operation(
                random.Chance(70) ? OperationKind.SgAddress : OperationKind.SgLength)
            {
                Mapping = live.Name,
                Number = random.Below((ulong)entries.Count + 1),
            });
        }
    }

    private void MakeAlloc(DeviceDeclaration device)
    {
        var attrs = AbiAttr.None;
        foreach (var attr in new[]
        {
            AbiAttr.NoKernelMapping, AbiAttr.ForceContiguous, AbiAttr.WriteCombine,
            AbiAttr.SinglePages,
        })
        {
            attrs |= random.Chance(12) ? attr : AbiAttr.None;
        }

        var hasAddress = !attrs.HasFlag(AbiAttr.NoKernelMapping);
        var live = new Live(
            NextName(), MappingFamily.Coherent, AllocSize(), AbiDirection.Bidirectional, "",
            hasAddress);
        output.Add(new Operation(OperationKind.Alloc)
        {
            Mapping = live.Name,
            Device = device.Name,
            Size = live.Size,
            Number = random.Pick(0UL, 0, 1),
            Attrs = attrs,
            NoWarn = random.Chance(10),
        });
        _live.Add(live);
    }

    private void MakePoolAlloc(DeviceDeclaration device)
    {
        var live = new Live(
            NextName(), MappingFamily.AtomicPool, AllocSize(), AbiDirection.Bidirectional, "",
            HasAddress: true);
        output.Add(new Operation(OperationKind.PoolAlloc)
        {
            Mapping = live.Name,
            Device = device.Name,
            Size = live.Size,
            Number = random.Pick(0UL, 0, 2, 3),
            NoWarn = random.Chance(60),
        });
        _live.Add(live);
    }

    private void MakeResource(DeviceDeclaration device)
    {
        var live = new Live(
            NextName(), MappingFamily.Resource, random.Pick(4096UL, 1, 65536), Direction(), "",
            HasAddress: false);
        output.Add(new Operation(OperationKind.MapResource)
        {
            Mapping = live.Name,
            Device = device.Name,
            Number = random.Pick(0xfe000000UL, 0xfffff000, 0xffff0000, 0x2fe000000, 0x3000000),
            Size = live.Size,
            Direction = live.Direction,
        });
        _live.Add(live);
    }

    private void Use(Live live)
    {
        var (offset, size) = sizes.Part(live.Size, inside: true);
        OperationKind kind;
        switch (live.Family)
        {
            case MappingFamily.Sg when random.Chance(50):
                output.Add(new Operation(random.Chance(50)
                    ? OperationKind.SyncSgForCpu
                    : OperationKind.SyncSgForDevice)
                {
                    Mapping = live.Name,
                });
                return;
            case MappingFamily.Resource:
                return;
            case MappingFamily.Coherent or MappingFamily.AtomicPool
                when live.HasAddress && random.Chance(50):
                kind = random.Chance(60) ? OperationKind.CpuWrite : OperationKind.CpuRead;
                break;
            default:
                var writes = live.Direction != AbiDirection.ToDevice && random.Chance(60);
                kind = writes ? OperationKind.DevWrite : OperationKind.DevRead;
                break;
        }

        output.Add(new Operation(kind)
        {
            Mapping = live.Name,
            Offset = offset,
            Size = size,
            Number = kind is OperationKind.DevWrite or OperationKind.CpuWrite
                ? random.Between(100, 999)
                : 0,
        });
    }

    private void End(int index)
    {
        var live = _live[index];
        _live.RemoveAt(index);
        _mappedLists.Remove(live.List);
        output.Add(new Operation(live.Family switch
        {
            MappingFamily.Sg => OperationKind.UnmapSg,
            MappingFamily.Coherent => OperationKind.Free,
            MappingFamily.AtomicPool => OperationKind.PoolFree,
            _ => OperationKind.UnmapResource,
        })
        {
            Mapping = live.Name,
            SkipSync = live.Family == MappingFamily.Sg && random.Chance(8),
        });
    }

    private void Ask()
    {
        var file = random.Pick(
            AbiDebugfsFile.PoolSizeDma,
            AbiDebugfsFile.PoolSizeDma32,
            AbiDebugfsFile.PoolSizeKernel);
        var device = random.Pick(header.Devices.AsSpan()).Name;
        if (random.Chance(20))
        {
            AskOfMapping(device);
            return;
        }

        output.Add(random.Index(4) switch
        {
            0 => new Operation(OperationKind.DebugfsRead)
            {
                Pool = Operation.DefaultPool,
                File = file,
            },
            1 => new Operation(OperationKind.OptMappingSize) { Device = device },
            2 => new Operation(OperationKind.RequiredMask) { Device = device },
            _ => new Operation(OperationKind.AddressingLimited) { Device = device },
        });
    }

    private void AskOfMapping(string device)
    {
        var name = NextName();
        output.Add(new Operation(OperationKind.Map)
        {
            Mapping = name,
            Device = device,
            Buffer = header.Buffers[0].Name,
            Size = 100,
            Direction = AbiDirection.ToDevice,
        });
        output.Add(new Operation(OperationKind.NeedSync) { Mapping = name });
        output.Add(new Operation(OperationKind.Unmap) { Mapping = name });
    }

    private ulong AllocSize() => random.Index(10) switch
    {
        < 5 => 4096 * random.Between(1, 4),
        < 8 => random.Between(1, 20000),
        8 => random.Pick(32UL << 10, 64 << 10, 128 << 10, (128 << 10) + 1, 256 << 10),
        _ => random.Pick(1UL << 20, 4 << 20, (4 << 20) + 1),
    };

    private AbiDirection Direction() => random.Pick(
        AbiDirection.ToDevice,
        AbiDirection.FromDevice,
        AbiDirection.FromDevice,
        AbiDirection.Bidirectional);

    private string NextName() => $"a{_made++}";
}
