// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Machine;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.ManagedPort;

public sealed class RestrictedPoolTests
{
    private static readonly AbiPool Mebibyte = new() { Base = 0x10000000, Bytes = 1 << 20 };

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void Memory_is_allocated_and_freed(string revision)
    {
        using PortMachine machine = Restricted(revision);
        AbiResult alloc = Alloc(machine, 1, 8192);
        alloc.Value.ShouldBe(Mebibyte.Base);
        alloc.Used.ShouldBe(4UL);
        machine.Pool(1).ForAlloc.ShouldBe(1U);
        machine.Pool(1).ForceBounce.ShouldBe(1U);
        AbiResult free = machine.On(AbiOpKind.SwiotlbFree, 1);
        free.Value.ShouldBe(1UL);
        free.Used.ShouldBe(0UL);
        machine.On(AbiOpKind.SwiotlbFree, 1).Status.ShouldBe(AbiStatus.Skipped);
    }

    [Theory]
    [InlineData("6.1", 0UL)]
    [InlineData("6.12", 4096UL)]
    public void Half_a_page_overlaps_another_allocation_only_in_6_1(
        string revision, ulong distance)
    {
        using PortMachine machine = Restricted(revision);
        Alloc(machine, 1, 2048).Value.ShouldBe(Mebibyte.Base);
        Alloc(machine, 2, 2048).Value.ShouldBe(Mebibyte.Base + distance);
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void An_exhausted_pool_gives_no_page(string revision)
    {
        using PortMachine machine = Restricted(revision);
        for (uint i = 0; i < 4; i++)
        {
            Alloc(machine, i, 128 * 2048).Status.ShouldBe(AbiStatus.Ok);
        }
        Alloc(machine, 4, 4096).Status.ShouldBe(AbiStatus.MappingError);
    }

    [Fact]
    public void A_device_of_a_pool_that_failed_has_no_pool()
    {
        using var machine = new PortMachine(
            "6.12",
            pool: new AbiPool { Base = 0x10000800, Bytes = 1 << 20 },
            device: new AbiDevice { DmaMask = ulong.MaxValue, Pool = 1 });
        machine.Boot[1].Error.ShouldBe(Errno.Invalid);
        machine.Boot[3].Error.ShouldBe(Errno.NoDevice);
        machine.HasPool(1).ShouldBeFalse();
    }

    [Fact]
    public void Files_tell_slots_used_slots_and_the_high_water_mark()
    {
        using PortMachine machine = Restricted("6.12");
        Read(machine, 1, AbiDebugfsFile.Nslabs).Value.ShouldBe(512UL);
        Read(machine, 0, AbiDebugfsFile.Nslabs).Value.ShouldBe(1024UL);
        _ = machine.Map(0, 0, 10000);
        _ = machine.Unmap(0);
        Read(machine, 1, AbiDebugfsFile.Used).Value.ShouldBe(0UL);
        AbiResult high = Read(machine, 1, AbiDebugfsFile.UsedHiwater);
        high.Value.ShouldBe(5UL);
        high.Hiwater.ShouldBe(5UL);
        Write(machine, AbiDebugfsFile.UsedHiwater, 5).Error.ShouldBe(Errno.Invalid);
        Write(machine, AbiDebugfsFile.Nslabs, 0).Error.ShouldBe(Errno.Access);
        Write(machine, AbiDebugfsFile.UsedHiwater, 0).Status.ShouldBe(AbiStatus.Ok);
        Read(machine, 1, AbiDebugfsFile.UsedHiwater).Value.ShouldBe(0UL);
        Read(machine, 2, AbiDebugfsFile.Used).Status.ShouldBe(AbiStatus.BadOp);
    }

    [Fact]
    public void There_is_no_high_water_mark_in_6_1()
    {
        using PortMachine machine = Restricted("6.1");
        _ = machine.Map(0, 0, 10000);
        AbiResult used = Read(machine, 1, AbiDebugfsFile.Used);
        used.Value.ShouldBe(5UL);
        used.Hiwater.ShouldBe(0UL);
        Read(machine, 1, AbiDebugfsFile.UsedHiwater).Error.ShouldBe(Errno.NoEntry);
        Write(machine, AbiDebugfsFile.UsedHiwater, 0).Error.ShouldBe(Errno.NoEntry);
    }

    [Fact]
    public void A_check_sums_and_digests_all_pools()
    {
        using PortMachine machine = Restricted("6.12");
        AbiResult idle = machine.Run(default);
        _ = machine.Map(0, 0, 10000);
        AbiResult busy = machine.Run(default);
        busy.Used.ShouldBe(5UL);
        busy.Hiwater.ShouldBe(5UL);
        busy.Value.ShouldNotBe(idle.Value);
        busy.SlotDigest.ShouldNotBe(idle.SlotDigest);
        busy.DataDigest.ShouldBe(idle.DataDigest);
        _ = machine.Fill(BufferEnd, 1, 9);
        machine.Run(default).DataDigest.ShouldNotBe(idle.DataDigest);
    }

    private const ulong BufferEnd = PortMachine.BufferBytes - 1;

    private static PortMachine Restricted(string revision) =>
        new(
            revision,
            "swiotlb=1024,1",
            pool: Mebibyte,
            device: new AbiDevice { DmaMask = ulong.MaxValue, Pool = 1 });

    private static AbiResult Alloc(PortMachine machine, uint mapping, ulong size) =>
        machine.On(AbiOpKind.SwiotlbAlloc, mapping, size: size);

    private static AbiResult Read(PortMachine machine, uint pool, AbiDebugfsFile file) =>
        machine.Debugfs(AbiOpKind.DebugfsRead, pool, file);

    private static AbiResult Write(PortMachine machine, AbiDebugfsFile file, ulong value) =>
        machine.Debugfs(AbiOpKind.DebugfsWrite, 1, file, value);
}
