// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Generators;

/// <summary>Makes the declarations of a trace: machines, devices and buffers as drivers meet
/// them, with the odd sizes that they rarely do.</summary>
internal sealed class MachineGenerator(SeedStream random, bool tails, bool crowded)
{
    private const ulong Gib = 1UL << 30;
    private const ulong PoolBase = 0x2000000;
    private const ulong SlotMask = 0x7ff;

    // One crowded trace in this many keeps its devices' alignment above a slot.
    private const ulong RarelyBoth = 200;

    public Trace Make()
    {
        var machine = Machine();
        var pools = Pools();
        var devices = Devices(pools);
        return new Trace
        {
            Machine = machine,
            Cmdline = Cmdline(),
            Pools = ValueList.From(pools),
            Devices = ValueList.From(devices),
            Buffers = ValueList.From(Buffers(machine, pools)),
        };
    }

    private MachineDeclaration Machine() => new()
    {
        MemoryBytes = random.Pick(64UL << 20, 128UL << 20, 512UL << 20, Gib, 4 * Gib, 8 * Gib),
        Cpus = random.Pick(1UL, 1, 2, 3, 4, 4, 6, 8),
        AddressingLimit = !random.Chance(5),
        SwiotlbAny = random.Chance(10),
        SwiotlbForce = random.Chance(10),
        LateInitBytes = random.Chance(10)
            ? random.Pick(1UL << 20, 2UL << 20, 3UL << 20, 4UL << 20)
            : 0,
    };

    private string Cmdline()
    {
        if (random.Chance(4))
        {
            return random.Pick("swiotlb=noforce", "swiotlb=force", "swiotlb=512,2,noforce");
        }

        var force = random.Chance(55);
        if (!crowded)
        {
            return force ? "swiotlb=2048,1,force" : random.Pick("swiotlb=2048,1", "swiotlb=4096,2");
        }

        // Below 512 slots the kernel's own minimum of 1 MiB no longer holds: small on purpose.
        var slots = random.Pick(
            128UL, 128, 256, 256, 256, 384, 512, 512, 640, 1000, 1024, 2048, 130, 257, 1920);
        var areas = random.Pick("", "", ",0", ",1", ",1", ",2", ",2", ",3", ",4", ",8");
        return $"swiotlb={slots}{areas}{(force ? ",force" : "")}";
    }

    private List<PoolDeclaration> Pools()
    {
        var pools = new List<PoolDeclaration>();
        var count = random.Pick(0, 0, 1, 1, 2);
        for (var i = 0; i < count; i++)
        {
            var size = random.Pick(256UL << 10, 512UL << 10, 1UL << 20)
                + (tails ? random.Pick(0UL, 0, 1, 3, 17) << 12 : 0);
            pools.Add(new PoolDeclaration($"r{i}", PoolBase + ((ulong)i * 0x800000), size));
        }

        return pools;
    }

    private List<DeviceDeclaration> Devices(List<PoolDeclaration> pools)
    {
        var devices = new List<DeviceDeclaration>();
        var count = random.Pick(1, 2, 2, 3, 4);
        for (var i = 0; i < count; i++)
        {
            devices.Add(Tame(Device($"d{i}"), crowded));
        }

        for (var i = 0; i < pools.Count; i++)
        {
            var device = Tame(Device($"d{devices.Count}"), always: true) with
            {
                Pool = pools[i].Name,
            };
            devices.Add(random.Chance(70)
                ? device with { MinAlignMask = 0, SegBoundaryMask = 0xffffffff }
                : device);
        }

        return devices;
    }

    private DeviceDeclaration Tame(DeviceDeclaration device, bool always) =>
        always && random.Below(RarelyBoth) != 0
            ? device with { MinAlignMask = device.MinAlignMask & SlotMask }
            : device;

    private DeviceDeclaration Device(string name)
    {
        var plain = new DeviceDeclaration(name);
        return random.Index(10) switch
        {
            0 => plain with { MaskBits = 64 },
            1 or 2 => plain,
            3 => plain with { MaskBits = 24 },
            4 or 5 => plain with { MaskBits = 64, MinAlignMask = 0xfff },
            6 => plain with
            {
                MaskBits = random.Pick(32UL, 64),
                MinAlignMask = random.Pick(0x1ffUL, 0x7ff, 0xffff, 0x3f, 0x1fff),
            },
            7 => plain with { SegBoundaryMask = random.Pick(0xffffUL, 0xffff, 0xfff, 0x3ffff) },
            8 => plain with { MaskBits = 64, SegBoundaryMask = ulong.MaxValue },
            _ => plain with
            {
                MaskBits = random.Pick(30UL, 31, 36, 40),
                BusLimit = random.Pick(0UL, 0xffffffff, 0x3fffffff, 0xffffff),
                MinAlignMask = random.Pick(0UL, 0xfff),
            },
        };
    }

    private List<BufferDeclaration> Buffers(
        MachineDeclaration machine,
        List<PoolDeclaration> pools)
    {
        var buffers = new List<BufferDeclaration>();
        var count = random.Pick(1, 2, 3);
        for (var i = 0; i < count; i++)
        {
            var size = random.Pick(16UL << 10, 64UL << 10, 300UL << 10) + random.Below(3000);
            buffers.Add(new BufferDeclaration($"b{i}", size));
        }

        // High memory is out of reach of 32-bit devices, which is why they bounce at all.
        if (machine.MemoryBytes > 4 * Gib)
        {
            var odd = random.Pick(0UL, 0, 0x10, 0x123, 0x7ff, 0x800, 0xe00, 0x1001);
            buffers.Add(new BufferDeclaration("high", 300UL << 10, (4 * Gib) + 0x100000 + odd));
        }

        // In the hole between the pools, below what the kernel takes from the top.
        if (pools.Count > 0 && random.Chance(30))
        {
            var at = PoolBase + 0x400000 + random.Pick(0UL, 0x10, 0x801, 0xfff);
            buffers.Add(new BufferDeclaration("odd", 32UL << 10, at));
        }

        return buffers;
    }
}
