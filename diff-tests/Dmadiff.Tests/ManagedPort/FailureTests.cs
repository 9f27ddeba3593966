// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.ManagedPort;

public sealed class FailureTests
{
    [Theory]
    [InlineData("6.1", "B swiotlb_do_find_slots")]
    [InlineData("6.12", "B swiotlb_search_pool_area")]
    public void Mapping_no_bytes_is_a_bug_and_the_machine_stays_dead(
        string revision, string line)
    {
        using var machine = new PortMachine(revision);
        AbiResult map = machine.Map(0, 0, 0);
        map.Status.ShouldBe(AbiStatus.Crash);
        map.Area.ShouldBe(AbiConstants.None);
        map.LogDigest.ShouldNotBe(0UL);
        machine.Log[^1].ShouldBe(line);
        machine.Crash!.Kind.ShouldBe(AbiCrashKind.Bug);
        machine.Crash.Where.ShouldBe(line[2..]);
        machine.Map(0, 0, 100).Status.ShouldBe(AbiStatus.Dead);
        machine.Pool().Nslabs.ShouldBe(512UL);
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void A_full_pool_is_told_ten_times_in_five_seconds(string revision)
    {
        const string Full = "4 dmadiff d0: swiotlb buffer is full (sz: 266240 bytes), "
            + "total 512 (slots), used 1 (slots)";
        using var machine = new PortMachine(revision);
        _ = machine.Map(0, 0, 100);
        int before = machine.Log.Count;
        for (int i = 0; i < 12; i++)
        {
            machine.Map(1, 0, 266240).Status.ShouldBe(AbiStatus.MappingError);
        }
        machine.Log.Count.ShouldBe(before + 10);
        machine.Log[^1].ShouldBe(Full);
        _ = machine.On(AbiOpKind.Time, 0, arg: 5000);
        machine.Map(1, 0, 266240).LogDigest.ShouldBe(0UL);
        _ = machine.On(AbiOpKind.Time, 0, arg: 1);
        _ = machine.Map(1, 0, 266240);
        machine.Log.Skip(before + 10).ShouldBe(
            ["4 swiotlb_tbl_map_single: 3 callbacks suppressed", Full]);
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void No_warn_keeps_a_full_pool_quiet(string revision)
    {
        using var machine = new PortMachine(revision);
        var op = new AbiOp { Kind = AbiOpKind.Map, Size = 266240, Attrs = AbiAttr.NoWarn };
        AbiResult map = machine.Run(op);
        map.Status.ShouldBe(AbiStatus.MappingError);
        map.Value.ShouldBe(0UL);
        map.LogDigest.ShouldBe(0UL);
    }

    [Theory]
    [InlineData("6.1", AbiStatus.Ok)]
    [InlineData("6.12", AbiStatus.MappingError)]
    public void Forcing_without_a_pool_fails_each_mapping_only_in_6_12(
        string revision, AbiStatus status)
    {
        // What is left of memory lies in two halves, each too small for a pool.
        AbiMachine small = PortMachine.Gigabyte(
            1, AbiMachineFlag.AddressingLimit | AbiMachineFlag.SwiotlbForce);
        small.MemoryBytes = 3 << 20;
        using var machine = new PortMachine(
            revision,
            "swiotlb=512",
            pool: new AbiPool { Base = 0x180000, Bytes = 0x100000 },
            machine: small,
            buffer: new AbiBuffer { Base = 0x100000, Bytes = 4096 });
        machine.HasPool().ShouldBeFalse();
        machine.Map(0, 0, 100).Status.ShouldBe(status);
        machine.Log.Contains(
            "4 dmadiff d0: Can not allocate SWIOTLB buffer earlier and can't now provide "
            + "you with the DMA bounce buffer").ShouldBe(status != AbiStatus.Ok);
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void A_bounce_that_the_device_cannot_reach_either_is_taken_back(string revision)
    {
        var device = new AbiDevice { DmaMask = (1UL << 24) - 1 };
        using var machine = new PortMachine(revision, device: device);
        AbiResult map = machine.Map(0, 0, 100);
        map.Status.ShouldBe(AbiStatus.MappingError);
        map.Used.ShouldBe(0UL);
        machine.Log[^1].ShouldBe(
            $"W swiotlb_map: dmadiff d0: swiotlb addr 0x{machine.PoolStart():x16}+100 "
            + "overflow (mask ffffff, bus limit 0).");
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void Without_a_pool_what_cannot_be_reached_is_warned_about(string revision)
    {
        var device = new AbiDevice { DmaMask = ulong.MaxValue, BusDmaLimit = 0x200062 };
        using var machine = new PortMachine(revision, "swiotlb=noforce", device);
        machine.Map(0, 0, 99).Value.ShouldBe(PortMachine.BufferBase);
        machine.Map(1, 0, 100).Status.ShouldBe(AbiStatus.MappingError);
        machine.Log[^1].ShouldBe(
            "W dma_direct_map_page: dmadiff d0: DMA addr 0x0000000000200000+100 overflow "
            + "(mask ffffffffffffffff, bus limit 200062).");
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void Operations_that_make_no_sense_are_bad(string revision)
    {
        using var machine = new PortMachine(revision);
        machine.Map(0, PortMachine.BufferBytes, 1).Status.ShouldBe(AbiStatus.BadOp);
        machine.Map(1u << 31, 0, 1).Status.ShouldBe(AbiStatus.BadOp);
        machine.Run(new AbiOp { Kind = AbiOpKind.Map, Device = 1, Size = 1 })
            .Status.ShouldBe(AbiStatus.BadOp);
        machine.Run(new AbiOp { Kind = AbiOpKind.Fill, Buffer = 1, Size = 1 })
            .Status.ShouldBe(AbiStatus.BadOp);
        machine.Run(new AbiOp { Kind = AbiOpKind.Kinds }).Status.ShouldBe(AbiStatus.BadOp);
        machine.Map(0, 0, 1).Status.ShouldBe(AbiStatus.Ok);
        machine.Map(0, 0, 1).Status.ShouldBe(AbiStatus.BadOp);
        machine.Unmap(1).Status.ShouldBe(AbiStatus.Skipped);
        machine.On(AbiOpKind.SwiotlbUnmap, 0).Status.ShouldBe(AbiStatus.BadOp);
        machine.On(AbiOpKind.SwiotlbFree, 0).Status.ShouldBe(AbiStatus.BadOp);
    }

    [Fact]
    public void A_device_access_outside_ram_is_a_bus_error()
    {
        using var machine = new PortMachine("6.12");
        AbiResult map = machine.Map(0, 0, 100);
        ulong room = (1UL << 30) - map.Value;
        machine.On(AbiOpKind.DevRead, 0, room - 8, 8).Status.ShouldBe(AbiStatus.Ok);
        machine.On(AbiOpKind.DevRead, 0, room - 8, 9).Status.ShouldBe(AbiStatus.BusError);
        machine.On(AbiOpKind.DevWrite, 0, 0, 1UL << 40)
            .Status.ShouldBe(AbiStatus.BusError);
        machine.On(AbiOpKind.DevWrite, 0, 0, (1UL << 40) + 1)
            .Status.ShouldBe(AbiStatus.BadOp);
    }

    [Theory]
    [InlineData(uint.MaxValue, 0U, ulong.MaxValue)]
    [InlineData(0xffffffUL, 0U, 262144UL)]
    [InlineData(0xffffffUL, 0xfffU, 262144UL - 4096)]
    [InlineData(0xffffffUL, 0x1U, 262144UL - 2048)]
    [InlineData(0xffffffUL, 0xffffffffU, 262144UL)]
    public void Longest_mapping_depends_on_reach_and_alignment(
        ulong mask, uint minAlign, ulong expected)
    {
        var device = new AbiDevice { DmaMask = mask, MinAlignMask = minAlign };
        using var machine = new PortMachine("6.12", "swiotlb=512,1", device);
        machine.On(AbiOpKind.MaxMappingSize, 0).Value.ShouldBe(expected);
    }
}
