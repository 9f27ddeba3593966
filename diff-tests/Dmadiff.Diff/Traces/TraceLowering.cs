// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Traces;

/// <summary>Turns a trace into what engines take.</summary>
public sealed class TraceLowering
{
    private readonly Trace _trace;
    private readonly Dictionary<string, uint> _devices = new();
    private readonly Dictionary<string, uint> _pools = new() { [Operation.DefaultPool] = 0 };
    private readonly Dictionary<string, uint> _buffers = new();
    private readonly Dictionary<string, uint> _lists = new();
    private readonly MappingHandles _domains = new([]);
    private readonly Dictionary<string, string> _domainOf = new();
    private readonly MappingHandles _handles;
    private readonly List<AbiOp> _ops = [];
    private readonly List<int> _operationOf = [];
    private readonly List<Expectation> _expectations = [];
    private int _lastRun;

    private TraceLowering(Trace trace)
    {
        _trace = trace;
        _handles = new MappingHandles(trace.Operations
            .Where(o => OperationSyntax.Of(o.Kind)?.Use == MappingUse.After)
            .Select(o => o.Mapping));
        Number(trace.Devices.Select(device => device.Name), _devices, 0);
        Number(trace.Pools.Select(pool => pool.Name), _pools, 1);
        Number(trace.Buffers.Select(buffer => buffer.Name), _buffers, 0);
    }

    /// <summary>Lowers a trace.</summary>
    /// <exception cref="TraceException">The trace breaks a rule of
    /// <see cref="TraceRules"/>.</exception>
    public static LoweredTrace Lower(Trace trace)
    {
        var problems = TraceRules.Check(trace);
        return problems.Count > 0
            ? throw new TraceException(string.Join('\n', problems))
            : new TraceLowering(trace).Run();
    }

    private LoweredTrace Run()
    {
        for (var i = 0; i < _trace.Operations.Count; i++)
        {
            var operation = _trace.Operations[i];
            if (operation.Kind == OperationKind.ExpectLast)
            {
                _expectations.Add(new Expectation(
                    _lastRun, ExpectationField.Status, (ulong)operation.ExpectedStatus, i));
            }
            else if (operation.Kind == OperationKind.ExpectPool)
            {
                Expect(i, operation, AbiDebugfsFile.Used, operation.ExpectedUsed);
                Expect(i, operation, AbiDebugfsFile.Nslabs, operation.ExpectedNslabs);
            }
            else if (operation.Kind == OperationKind.ScatterList)
            {
                AddEntries(operation, i);
                _lastRun = _ops.Count - 1;
            }
            else
            {
                _lastRun = _ops.Count;
                Add(Lower(operation), i);
            }
        }

        Add(new AbiOp { Kind = AbiOpKind.Check }, -1);
        return new LoweredTrace(
            _trace,
            MakeSetup(),
            [.. _ops],
            [.. _operationOf],
            ValueList.From(_expectations));
    }

    private void Add(AbiOp op, int operation)
    {
        _ops.Add(op);
        _operationOf.Add(operation);
    }

    private void AddEntries(Operation operation, int index)
    {
        _lists.TryAdd(operation.List, (uint)_lists.Count);
        for (var i = 0; i < operation.Entries.Count; i++)
        {
            var entry = operation.Entries[i];
            Add(
                new AbiOp
                {
                    Kind = AbiOpKind.SgEntry,
                    Mapping = _lists[operation.List],
                    Device = (uint)operation.Number,
                    Buffer = _buffers[entry.Buffer],
                    Offset = entry.Offset,
                    Size = entry.Size,
                    Arg = (ulong)i,
                },
                index);
        }
    }

    private void Expect(int index, Operation operation, AbiDebugfsFile file, ulong? expected)
    {
        if (expected is { } value)
        {
            _expectations.Add(new Expectation(_ops.Count, ExpectationField.Value, value, index));
            Add(
                new AbiOp
                {
                    Kind = AbiOpKind.DebugfsRead,
                    Device = _pools[operation.Pool],
                    Arg = (ulong)file,
                },
                index);
        }
    }

    private AbiOp Lower(Operation operation)
    {
        var syntax = OperationSyntax.Of(operation.Kind)!;
        var op = new AbiOp { Kind = KindOf(operation.Kind) };
        foreach (var operand in syntax.Operands)
        {
            switch (operand)
            {
                case Operand.Device:
                    op.Device = _devices[operation.Device];
                    break;
                case Operand.Pool:
                    op.Device = _pools[operation.Pool];
                    break;
                case Operand.BufferPlace:
                    op.Buffer = _buffers[operation.Buffer];
                    op.Offset = operation.Offset;
                    break;
                case Operand.MappingPlace:
                    op.Offset = operation.Offset;
                    break;
                case Operand.Size:
                    op.Size = operation.Size;
                    break;
                case Operand.Direction:
                    op.Direction = operation.Direction;
                    break;
                case Operand.File:
                    op.Arg = (ulong)operation.File;
                    break;
                case Operand.Number when operation.Kind == OperationKind.DebugfsWrite:
                    op.Size = operation.Number;
                    break;
                case Operand.Pages or Operand.Granule:
                    op.Size = operation.Size;
                    break;
                case Operand.LastPfn:
                    op.Offset = operation.Offset;
                    break;
                case Operand.Domain:
                    op.Device = TakeDomain(operation, syntax);
                    break;
                case Operand.IotlbCount:
                    op.Arg = (ulong)operation.IotlbCount;
                    break;
                case Operand.Gfp when operation.Kind == OperationKind.PoolAlloc:
                    op.Arg = Math.Max(operation.Number, (ulong)AbiGfp.Atomic);
                    break;
                case Operand.Number or Operand.Seed or Operand.Align or Operand.Iova
                    or Operand.Address or Operand.Gfp
                    or Operand.Pfn or Operand.Limit or Operand.Start:
                    op.Arg = operation.Number;
                    break;
                case Operand.List:
                    op.Buffer = _lists[operation.List];
                    break;
            }
        }

        op.Attrs = (operation.SkipSync ? AbiAttr.SkipCpuSync : AbiAttr.None)
            | (operation.NoWarn ? AbiAttr.NoWarn : AbiAttr.None)
            | operation.Attrs;
        if (syntax.Family != MappingFamily.None)
        {
            op.Mapping = _handles.Take(operation.Mapping, syntax.Use);
            if (syntax.Use == MappingUse.End)
            {
                _domainOf.Remove(operation.Mapping);
            }
        }

        return op;
    }

    // What came of a domain ends with it: its handles are free for others.
    private uint TakeDomain(Operation operation, OperationSyntax syntax)
    {
        var name = operation.Domain;
        if (syntax.Use == MappingUse.Make)
        {
            _domainOf[operation.Mapping] = name;
        }
        else if (syntax.DomainUse == MappingUse.End)
        {
            foreach (var mapping in _domainOf.Where(m => m.Value == name).Select(m => m.Key)
                .ToList())
            {
                _handles.Take(mapping, MappingUse.End);
                _domainOf.Remove(mapping);
            }
        }

        return _domains.Take(name, syntax.DomainUse);
    }

    private Setup MakeSetup()
    {
        var machine = _trace.Machine;
        var flags = (machine.AddressingLimit ? AbiMachineFlag.AddressingLimit : AbiMachineFlag.None)
            | (machine.SwiotlbAny ? AbiMachineFlag.SwiotlbAny : AbiMachineFlag.None)
            | (machine.SwiotlbForce ? AbiMachineFlag.SwiotlbForce : AbiMachineFlag.None)
            | (machine.LateInitBytes > 0 ? AbiMachineFlag.LateInit : AbiMachineFlag.None)
            | (machine.Xen != XenGuest.None ? AbiMachineFlag.Xen : AbiMachineFlag.None)
            | (machine.IsKdump ? AbiMachineFlag.Kdump : AbiMachineFlag.None)
            | (machine.XenCacheFlush
                ? AbiMachineFlag.None
                : AbiMachineFlag.XenNoCacheFlush);
        var places = BufferPlacement.Place(_trace, (_, _) => { });
        return new Setup(
            new AbiMachine
            {
                MemoryBytes = machine.MemoryBytes,
                LatePoolBytes = machine.LateInitBytes,
                Cpus = (uint)machine.Cpus,
                Flags = flags,
                HighmemFrom = machine.HighmemFrom,
                Nodes = (uint)machine.Nodes,
                XenRunBytes = machine.Xen == XenGuest.Pv ? (uint)machine.XenRunBytes : 0,
            },
            _trace.Cmdline,
            [.. _trace.Pools.Select(pool => new AbiPool { Base = pool.Base, Bytes = pool.Bytes })],
            [.. _trace.Devices.Select(Lower)],
            [
                .. _trace.Buffers.Select((buffer, i) =>
                    new AbiBuffer { Base = places[i]!.Value, Bytes = buffer.Bytes }),
            ])
        {
            Configuration = _trace.Configuration,
        };
    }

    private AbiDevice Lower(DeviceDeclaration device) => new()
    {
        DmaMask = MaskOf(device.MaskBits),
        BusDmaLimit = device.BusLimit,
        SegBoundary = device.SegBoundaryMask,
        MinAlignMask = (uint)device.MinAlignMask,
        MaxSegmentBytes = (uint)device.MaxSegmentBytes,
        Pool = device.Pool.Length > 0 ? _pools[device.Pool] : 0,
        Noncoherent = device.IsCoherent ? 0u : 1,
        Node = (uint)device.Node,
        Xen = device.IsOfXen ? 1u : 0,
        CoherentMask = MaskOf(device.CoherentMaskBits),
        CoherentBase = device.CoherentBase,
        CoherentBytes = device.CoherentBytes,
        Iommu = device.Iommu.Mode,
        IommuPgsizes = device.Iommu.PageSizes,
        ResvBase = device.Iommu.ReservedBase,
        ResvBytes = device.Iommu.ReservedBytes,
        IommuFlags = (device.Iommu.CachesAbsent ? AbiIommuFlag.CachesAbsent : AbiIommuFlag.None)
            | (device.Iommu.Gathers ? AbiIommuFlag.None : AbiIommuFlag.NoGather)
            | (device.Iommu.IsPci ? AbiIommuFlag.Pci : AbiIommuFlag.None)
            | (device.Iommu.IsUntrusted ? AbiIommuFlag.Untrusted : AbiIommuFlag.None)
            | (device.Iommu.IsDeferred ? AbiIommuFlag.Deferred : AbiIommuFlag.None)
            | device.Iommu.ReservedFor,
    };

    private static ulong MaskOf(ulong bits) =>
        bits == 64 ? ulong.MaxValue : (1UL << (int)bits) - 1;

    private static void Number(
        IEnumerable<string> names,
        Dictionary<string, uint> numbers,
        uint first)
    {
        foreach (var name in names)
        {
            numbers.Add(name, first++);
        }
    }

    private static AbiOpKind KindOf(OperationKind kind) => kind switch
    {
        OperationKind.Cpu => AbiOpKind.Cpu,
        OperationKind.Time => AbiOpKind.Time,
        OperationKind.Work => AbiOpKind.Work,
        OperationKind.Rcu => AbiOpKind.Rcu,
        OperationKind.FailAlloc => AbiOpKind.FailAlloc,
        OperationKind.Fill => AbiOpKind.Fill,
        OperationKind.Map => AbiOpKind.Map,
        OperationKind.Unmap => AbiOpKind.Unmap,
        OperationKind.SyncForCpu => AbiOpKind.SyncForCpu,
        OperationKind.SyncForDevice => AbiOpKind.SyncForDevice,
        OperationKind.DevRead => AbiOpKind.DevRead,
        OperationKind.DevWrite => AbiOpKind.DevWrite,
        OperationKind.SwiotlbMap => AbiOpKind.SwiotlbMap,
        OperationKind.SwiotlbUnmap => AbiOpKind.SwiotlbUnmap,
        OperationKind.SwiotlbSyncForCpu => AbiOpKind.SwiotlbSyncForCpu,
        OperationKind.SwiotlbSyncForDevice => AbiOpKind.SwiotlbSyncForDevice,
        OperationKind.SwiotlbAlloc => AbiOpKind.SwiotlbAlloc,
        OperationKind.SwiotlbFree => AbiOpKind.SwiotlbFree,
        OperationKind.MaxMappingSize => AbiOpKind.MaxMappingSize,
        OperationKind.DebugfsRead => AbiOpKind.DebugfsRead,
        OperationKind.DebugfsWrite => AbiOpKind.DebugfsWrite,
        OperationKind.IovaInit => AbiOpKind.IovaInit,
        OperationKind.IovaPut => AbiOpKind.IovaPut,
        OperationKind.IovaAlloc => AbiOpKind.IovaAlloc,
        OperationKind.IovaFree => AbiOpKind.IovaFree,
        OperationKind.IovaAllocFast => AbiOpKind.IovaAllocFast,
        OperationKind.IovaFreeFast => AbiOpKind.IovaFreeFast,
        OperationKind.IovaReserve => AbiOpKind.IovaReserve,
        OperationKind.IovaFind => AbiOpKind.IovaFind,
        OperationKind.CpuDown => AbiOpKind.CpuDown,
        OperationKind.CpuUp => AbiOpKind.CpuUp,
        OperationKind.StaleRead => AbiOpKind.StaleRead,
        OperationKind.StaleWrite => AbiOpKind.StaleWrite,
        OperationKind.IommuMap => AbiOpKind.IommuMap,
        OperationKind.IommuMapSg => AbiOpKind.IommuMapSg,
        OperationKind.IommuUnmap => AbiOpKind.IommuUnmap,
        OperationKind.IovaToPhys => AbiOpKind.IovaToPhys,
        OperationKind.IotlbRead => AbiOpKind.IotlbRead,
        OperationKind.PrepareMsi => AbiOpKind.PrepareMsi,
        OperationKind.IommuFail => AbiOpKind.IommuFail,
        OperationKind.XenForeign => AbiOpKind.XenForeign,
        OperationKind.MapSg => AbiOpKind.MapSg,
        OperationKind.UnmapSg => AbiOpKind.UnmapSg,
        OperationKind.SyncSgForCpu => AbiOpKind.SyncSgForCpu,
        OperationKind.SyncSgForDevice => AbiOpKind.SyncSgForDevice,
        OperationKind.SgAddress => AbiOpKind.SgAddress,
        OperationKind.SgLength => AbiOpKind.SgLength,
        OperationKind.Alloc => AbiOpKind.Alloc,
        OperationKind.Free => AbiOpKind.Free,
        OperationKind.GetSgtable => AbiOpKind.GetSgtable,
        OperationKind.CpuWrite => AbiOpKind.CpuWrite,
        OperationKind.CpuRead => AbiOpKind.CpuRead,
        OperationKind.PoolAlloc => AbiOpKind.PoolAlloc,
        OperationKind.PoolFree => AbiOpKind.PoolFree,
        OperationKind.MapResource => AbiOpKind.MapResource,
        OperationKind.UnmapResource => AbiOpKind.UnmapResource,
        OperationKind.MapPhys => AbiOpKind.MapPhys,
        OperationKind.UnmapPhys => AbiOpKind.UnmapPhys,
        OperationKind.OptMappingSize => AbiOpKind.OptMappingSize,
        OperationKind.RequiredMask => AbiOpKind.RequiredMask,
        OperationKind.AddressingLimited => AbiOpKind.AddressingLimited,
        OperationKind.NeedSync => AbiOpKind.NeedSync,
        _ => AbiOpKind.Check,
    };
}
