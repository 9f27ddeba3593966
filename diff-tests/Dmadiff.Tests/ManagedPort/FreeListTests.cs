// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.ManagedPort;

public sealed class FreeListTests
{
    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void Freed_slots_merge_with_what_follows_and_precedes(string revision)
    {
        using var machine = new PortMachine(revision);
        for (uint i = 0; i < 3; i++)
        {
            machine.Map(i, 0, 100).Status.ShouldBe(AbiStatus.Ok);
        }
        Lists(machine).ShouldBe([0U, 0U, 0U, 125U]);
        _ = machine.Unmap(1);
        Lists(machine).ShouldBe([0U, 1U, 0U, 125U]);
        _ = machine.Unmap(0);
        Lists(machine).ShouldBe([2U, 1U, 0U, 125U]);
        AbiResult last = machine.Unmap(2);
        Lists(machine).ShouldBe([128U, 127U, 126U, 125U]);
        last.Used.ShouldBe(0UL);
        last.AreaIndex.ShouldBe(3U);
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void Taking_slots_in_the_middle_recounts_those_before(string revision)
    {
        using var machine = new PortMachine(revision);
        _ = machine.Map(0, 0, 4 * 2048);
        _ = machine.Map(1, 0, 100);
        _ = machine.Unmap(0);
        Lists(machine).ShouldBe([4U, 3U, 2U, 1U]);
        machine.Slot(4).List.ShouldBe(0U);
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void Counts_do_not_cross_a_segment(string revision)
    {
        using var machine = new PortMachine(revision);
        _ = machine.Map(0, 0, 128 * 2048);
        _ = machine.Map(1, 0, 100);
        _ = machine.Unmap(1);
        machine.Slot(127).List.ShouldBe(0U);
        machine.Slot(128).List.ShouldBe(128U);
        _ = machine.Unmap(0);
        machine.Slot(0).List.ShouldBe(128U);
        machine.Slot(127).List.ShouldBe(1U);
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void Each_slot_knows_the_rest_of_its_mapping(string revision)
    {
        using var machine = new PortMachine(
            revision,
            device: new AbiDevice { DmaMask = ulong.MaxValue, MinAlignMask = 0x7ff });
        _ = machine.Map(0, 0x100, 2000);
        machine.Slot(0).AllocSize.ShouldBe(2000UL);
        // 52 bytes are in slot 1, less than the offset: the rest wraps below zero.
        machine.Slot(1).AllocSize.ShouldBe(unchecked(0UL - 48));
        machine.Slot(1).OrigAddr.ShouldBe(PortMachine.BufferBase + 0x100 + 2048);
    }

    [Fact]
    public void The_end_of_a_pool_is_counted_right_only_in_6_12()
    {
        var pool = new AbiPool { Base = 0x10000000, Bytes = 3 * 4096 };
        var device = new AbiDevice { DmaMask = ulong.MaxValue, Pool = 1 };
        using (var machine = new PortMachine("6.12", pool: pool, device: device))
        {
            machine.Slot(0, 1).List.ShouldBe(6U);
            machine.Slot(5, 1).List.ShouldBe(1U);
        }
        using (var machine = new PortMachine("6.1", pool: pool, device: device))
        {
            machine.Slot(0, 1).List.ShouldBe(128U);
            machine.Slot(5, 1).List.ShouldBe(123U);
        }
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void Freeing_the_end_of_an_odd_pool_looks_past_the_slot_table(string revision)
    {
        var pool = new AbiPool { Base = 0x10000000, Bytes = 3 * 4096 };
        var device = new AbiDevice { DmaMask = ulong.MaxValue, Pool = 1 };
        using var machine = new PortMachine(revision, pool: pool, device: device);
        machine.Map(0, 0, 3 * 4096).Status.ShouldBe(AbiStatus.Ok);
        machine.Unmap(0).Status.ShouldBe(AbiStatus.Crash);
        machine.Crash!.Where.ShouldBe("swiotlb_release_slots");
    }

    private static uint[] Lists(PortMachine machine) =>
        [.. Enumerable.Range(0, 4).Select(i => machine.Slot(i).List)];
}
