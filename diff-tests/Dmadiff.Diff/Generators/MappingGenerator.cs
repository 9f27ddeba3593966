// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Generators;

/// <summary>Makes, uses and ends mappings.</summary>
internal sealed class MappingGenerator(
    SeedStream random,
    SizeGenerator sizes,
    Trace header,
    List<Operation> output)
{
    private readonly List<Live> _live = [];
    private int _made;

    private readonly record struct Live(
        string Name,
        MappingFamily Family,
        ulong Size,
        AbiDirection Direction);

    public bool AnyLive => _live.Count > 0;

    /// <summary>Makes a mapping of any kind.</summary>
    public void Make()
    {
        var device = random.Pick(header.Devices.AsSpan());
        if (device.Pool.Length > 0 && random.Chance(40))
        {
            MakeAlloc(device);
            return;
        }

        MakeMap(device, size: null, direct: random.Chance(25));
    }

    /// <summary>Makes a mapping as drivers do, of a given size where the buffer has room.
    /// </summary>
    public void MakeFor(DeviceDeclaration device, ulong size) =>
        MakeMap(device, size, direct: false);

    /// <summary>Ends a live mapping.</summary>
    public void End() => End(random.Index(_live.Count));

    /// <summary>Ends every live mapping, the newest first or the oldest first.</summary>
    public void EndAll()
    {
        var newest = random.Chance(50);
        while (_live.Count > 0)
        {
            End(newest ? _live.Count - 1 : 0);
        }
    }

    /// <summary>Syncs a live mapping, or has the device use it.</summary>
    public void Touch()
    {
        var live = random.Pick<Live>([.. _live]);

        // dma_sync may leave its mapping: a driver's bug that is worth trying. What lies behind
        // the pool is for swiotlb_sync to find, which does not look for it on 6.1.
        var (offset, size) = sizes.Part(live.Size, inside: live.Family != MappingFamily.Dma);
        var kind = random.Index(10) switch
        {
            < 3 => OperationKind.DevRead,
            < 6 => OperationKind.DevWrite,
            < 8 when live.Family != MappingFamily.Alloc => live.Family == MappingFamily.Dma
                ? OperationKind.SyncForCpu
                : OperationKind.SwiotlbSyncForCpu,
            _ when live.Family != MappingFamily.Alloc => live.Family == MappingFamily.Dma
                ? OperationKind.SyncForDevice
                : OperationKind.SwiotlbSyncForDevice,
            _ => OperationKind.DevRead,
        };
        if (kind == OperationKind.DevWrite && live.Direction == AbiDirection.ToDevice)
        {
            kind = OperationKind.DevRead;
        }

        output.Add(new Operation(kind)
        {
            Mapping = live.Name,
            Offset = offset,
            Size = size,
            Number = kind == OperationKind.DevWrite ? random.Between(100, 999) : 0,
        });
    }

    private void MakeAlloc(DeviceDeclaration device)
    {
        var size = random.Pick(4096UL, 4096, 8192, 12288, 16384, 65536, 100, 5000);
        var name = NextName();
        output.Add(new Operation(OperationKind.SwiotlbAlloc)
        {
            Mapping = name,
            Device = device.Name,
            Size = size,
        });
        _live.Add(new Live(name, MappingFamily.Alloc, size, AbiDirection.Bidirectional));
    }

    private void MakeMap(DeviceDeclaration device, ulong? size, bool direct)
    {
        var buffer = random.Pick(header.Buffers.AsSpan());
        var offset = sizes.Start(buffer.Bytes);
        if (size is { } wanted && wanted <= buffer.Bytes)
        {
            offset = Math.Min(offset, buffer.Bytes - wanted);
        }

        // Mapping nothing is a BUG that ends the machine: worth a trial, but not many.
        var room = buffer.Bytes - offset;
        var bytes = random.Below(5000) == 0 ? 0 : Math.Min(size ?? sizes.Mapping(room), room);
        var name = NextName();
        var direction = random.Pick(
            AbiDirection.ToDevice,
            AbiDirection.ToDevice,
            AbiDirection.FromDevice,
            AbiDirection.FromDevice,
            AbiDirection.Bidirectional);
        output.Add(new Operation(direct ? OperationKind.SwiotlbMap : OperationKind.Map)
        {
            Mapping = name,
            Device = device.Name,
            Buffer = buffer.Name,
            Offset = offset,
            Size = bytes,
            Direction = direction,
            Number = direct ? random.Pick(0UL, 0, 0x7ff, 0xfff, 0xfff, 0x1fff, 0xffff) : 0,
            SkipSync = !direct && random.Chance(5),
            NoWarn = random.Chance(10),
        });
        var family = direct ? MappingFamily.Swiotlb : MappingFamily.Dma;
        _live.Add(new Live(name, family, bytes, direction));
    }

    private void End(int index)
    {
        var live = _live[index];
        _live.RemoveAt(index);
        output.Add(new Operation(live.Family switch
        {
            MappingFamily.Dma => OperationKind.Unmap,
            MappingFamily.Swiotlb => OperationKind.SwiotlbUnmap,
            _ => OperationKind.SwiotlbFree,
        })
        {
            Mapping = live.Name,
            SkipSync = live.Family != MappingFamily.Alloc && random.Chance(8),
        });
    }

    private string NextName() => $"m{_made++}";
}
