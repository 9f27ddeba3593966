// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.ManagedPort;

public sealed class SlotSearchTests
{
    private const ulong AllOnes = ulong.MaxValue;

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void Low_bits_under_the_minimum_alignment_are_kept(string revision)
    {
        using var machine = new PortMachine(revision, device: Aligned(0xfff));
        machine.Map(0, 0x900, 100).Value.ShouldBe(machine.PoolStart() + 0x900);
        machine.Map(1, 0x900, 100).Value.ShouldBe(machine.PoolStart() + 0x1900);
        machine.Slot(1).OrigAddr.ShouldBe(PortMachine.BufferBase + 0x900);
        machine.Slot(1).AllocSize.ShouldBe(100UL);
        machine.Slot(0).List.ShouldBe(1U);
        machine.Slot(2).List.ShouldBe(1U);
    }

    [Fact]
    public void Padding_slots_precede_an_aligned_allocation_in_6_12()
    {
        using var machine = new PortMachine("6.12", device: Aligned(0xffff));
        AbiResult map = machine.SwiotlbMap(0, 0x900, 100, 0xfff);
        map.Value.ShouldBe(machine.PoolStart() + 0x900);
        map.Used.ShouldBe(2UL);
        machine.Slot(1).PadSlots.ShouldBe(1U);
        machine.Slot(1).OrigAddr.ShouldBe(PortMachine.BufferBase + 0x900);
        machine.Slot(0).OrigAddr.ShouldBe(AbiConstants.NoAddress);
        machine.On(AbiOpKind.SwiotlbUnmap, 0).Used.ShouldBe(0UL);
        machine.Slot(0).List.ShouldBe(128U);
        machine.Slot(1).PadSlots.ShouldBe(0U);
    }

    [Fact]
    public void Allocation_alignment_loses_address_bits_in_6_1()
    {
        using var machine = new PortMachine("6.1", device: Aligned(0xffff));
        AbiResult map = machine.SwiotlbMap(0, 0x900, 100, 0xfff);
        map.Value.ShouldBe(machine.PoolStart() + 0x100);
        map.Used.ShouldBe(3UL);
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void A_mapping_of_a_page_is_page_aligned(string revision)
    {
        using var machine = new PortMachine(revision);
        machine.Map(0, 0, 100).Value.ShouldBe(machine.PoolStart());
        machine.Map(1, 0, 4096).Value.ShouldBe(machine.PoolStart() + 4096);
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void An_allocation_alignment_skips_slots(string revision)
    {
        using var machine = new PortMachine(revision);
        machine.Map(0, 0, 100).Value.ShouldBe(machine.PoolStart());
        machine.SwiotlbMap(1, 0, 100, 0x3fff).Value
            .ShouldBe(machine.PoolStart() + (8 * 2048));
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void A_run_does_not_cross_the_segment_boundary_of_the_device(string revision)
    {
        var device = new AbiDevice { DmaMask = AllOnes, SegBoundary = 0x1fff };
        using var machine = new PortMachine(revision, device: device);
        machine.Map(0, 0, 3 * 2048).Value.ShouldBe(machine.PoolStart());
        machine.Map(1, 0, 2 * 2048).Value.ShouldBe(machine.PoolStart() + 0x2000);
        machine.Map(2, 0, 5 * 2048).Status.ShouldBe(AbiStatus.MappingError);
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void A_boundary_that_is_no_power_of_two_is_a_bug(string revision)
    {
        var device = new AbiDevice { DmaMask = AllOnes, SegBoundary = 0x2fff };
        using var machine = new PortMachine(revision, device: device);
        machine.Map(0, 0, 100).Status.ShouldBe(AbiStatus.Crash);
        machine.Log[^1].ShouldBe("B iommu_is_span_boundary");
    }

    [Fact]
    public void A_segment_boundary_of_less_than_a_slot_holds_one_slot()
    {
        var device = new AbiDevice { DmaMask = AllOnes, SegBoundary = 0x3ff };
        using var machine = new PortMachine("6.12", device: device);
        machine.Map(0, 0, 2048).Status.ShouldBe(AbiStatus.Ok);
        machine.Map(1, 0, 2049).Status.ShouldBe(AbiStatus.MappingError);
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void Each_cpu_starts_at_an_area_of_its_own(string revision)
    {
        using var machine = new PortMachine(revision, "swiotlb=512,4,force");
        machine.On(AbiOpKind.Cpu, 0, arg: 3).Status.ShouldBe(AbiStatus.Ok);
        AbiResult map = machine.Map(0, 0, 100);
        map.Area.ShouldBe(3U);
        map.AreaUsed.ShouldBe(1U);
        map.AreaIndex.ShouldBe(1U);
        map.Value.ShouldBe(machine.PoolStart() + (3 * 128 * 2048));
        machine.On(AbiOpKind.Cpu, 0, arg: 4).Status.ShouldBe(AbiStatus.BadOp);
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void A_full_area_sends_the_search_to_the_next(string revision)
    {
        using var machine = new PortMachine(revision, "swiotlb=256,2,force");
        machine.Map(0, 0, 128 * 2048).Area.ShouldBe(0U);
        machine.Map(1, 0, 100).Area.ShouldBe(1U);
    }

    [Fact]
    public void A_full_pool_with_an_aligned_device_hangs_6_1_and_not_6_12()
    {
        // All odd slots are taken, the next search starts at an even one: going round by
        // twos from the odd ones it never comes by its start again.
        foreach (string revision in new[] { "6.1", "6.12" })
        {
            using var machine = new PortMachine(revision, device: Aligned(0xfff));
            for (uint i = 0; i < 256; i++)
            {
                machine.Map(i, 0x900, 100).Status.ShouldBe(AbiStatus.Ok);
            }
            machine.Unmap(50).Status.ShouldBe(AbiStatus.Ok);
            machine.Map(50, 0x900, 100).AreaIndex.ShouldBe(102U);
            AbiStatus status = machine.Map(256, 0x900, 100).Status;
            if (revision.Length == 3)
            {
                status.ShouldBe(AbiStatus.Crash);
                machine.Crash!.Kind.ShouldBe(AbiCrashKind.Hang);
                machine.Crash.Where.ShouldBe("swiotlb_do_find_slots");
            }
            else
            {
                status.ShouldBe(AbiStatus.MappingError);
            }
        }
    }

    private static AbiDevice Aligned(uint mask) =>
        new() { DmaMask = AllOnes, MinAlignMask = mask };
}
