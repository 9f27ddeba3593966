// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Tests.ManagedPort;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Iommu;

/// <summary>The DMA API of a device behind an IOMMU, on the port alone.</summary>
public sealed class DmaIommuTests
{
    private const ulong Page = 4096;
    private const ulong Top = 1UL << 32;

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void A_mapping_keeps_its_offset_and_takes_whole_pages_from_the_top(string revision)
    {
        using PortMachine machine = Machine(revision, AbiIommuMode.Strict);
        machine.Map(0, 0x123, Page).Value.ShouldBe(Top - (2 * Page) + 0x123);
        machine.Map(1, 0x2000, Page).Value.ShouldBe(Top - (3 * Page));
        machine.On(AbiOpKind.IovaToPhys, 0, Page).Value.ShouldBe(
            PortMachine.BufferBase + 0x123 + Page);
        machine.On(AbiOpKind.DevRead, 1, size: Page).Status.ShouldBe(AbiStatus.Ok);
        machine.On(AbiOpKind.DevWrite, 1, size: Page).Status.ShouldBe(AbiStatus.BusError);
    }

    [Fact]
    public void A_strict_unmap_flushes_and_a_lazy_one_waits()
    {
        using PortMachine strict = Machine("6.12", AbiIommuMode.Strict);
        Use(strict);
        strict.On(AbiOpKind.StaleRead, 0, size: 1).Status.ShouldBe(AbiStatus.BusError);

        using PortMachine lazy = Machine("6.12", AbiIommuMode.Lazy);
        Use(lazy);
        lazy.On(AbiOpKind.StaleRead, 0, size: 1).Status.ShouldBe(AbiStatus.Ok);
        lazy.On(AbiOpKind.Time, 0, arg: 9);
        lazy.On(AbiOpKind.StaleRead, 0, size: 1).Status.ShouldBe(AbiStatus.Ok);
        lazy.On(AbiOpKind.Time, 0, arg: 1);
        lazy.On(AbiOpKind.StaleRead, 0, size: 1).Status.ShouldBe(AbiStatus.BusError);
    }

    [Fact]
    public void A_full_queue_is_flushed_before_its_time()
    {
        using PortMachine machine = Machine("6.12", AbiIommuMode.Lazy);
        for (int i = 0; i < 255; i++)
        {
            Use(machine);
        }

        Count(machine, AbiIotlbCount.Flushes).ShouldBe(0UL);
        Use(machine);
        Count(machine, AbiIotlbCount.Flushes).ShouldBe(1UL);
    }

    [Fact]
    public void Entries_that_fill_their_pages_become_one_segment()
    {
        using PortMachine machine = Machine("6.12", AbiIommuMode.Strict);
        Entry(machine, 0, 0x800, 0x800);
        Entry(machine, 1, 0x5000, 0x2000);
        Entry(machine, 2, 0x9000, 0x100);
        Entry(machine, 3, 0xb000, 0x1000);
        machine.Run(new AbiOp { Kind = AbiOpKind.MapSg }).Value.ShouldBe(2UL);
        machine.On(AbiOpKind.SgAddress, 0).Value.ShouldBe(Top - (8 * Page) + 0x800);
        machine.On(AbiOpKind.SgLength, 0).Value.ShouldBe(0x2900UL);
        machine.On(AbiOpKind.SgAddress, 0, arg: 1).Value.ShouldBe(Top - (4 * Page));
        machine.On(AbiOpKind.SgLength, 0, arg: 1).Value.ShouldBe(0x1000UL);
        machine.On(AbiOpKind.UnmapSg, 0).Status.ShouldBe(AbiStatus.Ok);
        Count(machine, AbiIotlbCount.Mapped).ShouldBe(0UL);
    }

    [Fact]
    public void No_segment_crosses_its_boundary_or_is_longer_than_the_device_takes()
    {
        AbiDevice device = Device(AbiIommuMode.Strict) with
        {
            SegBoundary = 0x3fff,
            MaxSegmentBytes = 0x2000,
        };
        using var machine = new PortMachine("6.12", "", device);
        Entry(machine, 0, 0, 0x1000);
        Entry(machine, 1, 0x4000, 0x1000);
        Entry(machine, 2, 0x8000, 0x1000);
        Entry(machine, 3, 0x10000, 0x3000);
        machine.Run(new AbiOp { Kind = AbiOpKind.MapSg }).Value.ShouldBe(3UL);
        ulong start = machine.On(AbiOpKind.SgAddress, 0).Value;
        machine.On(AbiOpKind.SgLength, 0).Value.ShouldBe(0x2000UL);
        machine.On(AbiOpKind.SgAddress, 0, arg: 1).Value.ShouldBe(start + 0x2000);
        machine.On(AbiOpKind.SgAddress, 0, arg: 2).Value.ShouldBe(start + 0x4000);
        machine.On(AbiOpKind.SgLength, 0, arg: 2).Value.ShouldBe(0x3000UL);
    }

    [Theory]
    [InlineData("6.1", 0x10)]
    [InlineData("6.12", 0x10)]
    public void An_untrusted_device_sees_nothing_around_what_is_mapped(
        string revision, ulong offset)
    {
        AbiDevice device = Device(AbiIommuMode.Strict) with
        {
            IommuFlags = AbiIommuFlag.Untrusted,
        };
        using var machine = new PortMachine(revision, "swiotlb=512,1", device);
        machine.Fill(0, 4 * Page, seed: 7);
        machine.Map(0, offset, 100).Status.ShouldBe(AbiStatus.Ok);
        ulong slot = machine.On(AbiOpKind.IovaToPhys, 0).Value;
        slot.ShouldBeGreaterThanOrEqualTo(machine.PoolStart());
        (slot % Page).ShouldBeLessThan(Page - 100);
        machine.Memory(slot + 100, (int)(Page - 100 - (slot % Page)))
            .ShouldAllBe(b => b == 0);
        machine.Memory(slot, 100).ShouldBe(machine.Memory(PortMachine.BufferBase + offset, 100));
        machine.Map(1, Page, Page);
        machine.On(AbiOpKind.IovaToPhys, 1).Value.ShouldBe(PortMachine.BufferBase + Page);
    }

    [Theory]
    [InlineData("6.1", false)]
    [InlineData("6.12", true)]
    public void A_PCI_device_leaves_low_addresses_when_there_are_no_more(
        string revision, bool isTold)
    {
        AbiDevice device = Device(AbiIommuMode.Strict) with
        {
            IommuFlags = AbiIommuFlag.Pci,
            ResvBase = Page,
            ResvBytes = Top - (3 * Page),
        };
        using var machine = new PortMachine(revision, "", device);
        machine.Map(0, 0, Page).Value.ShouldBeLessThan(Top);
        machine.Map(1, 0, 2 * Page).Value.ShouldBeGreaterThan(Top);
        machine.Log.Contains("5 dmadiff d0: Using 48-bit DMA addresses").ShouldBe(isTold);
    }

    [Fact]
    public void Coherent_memory_is_mapped_for_both_ways_and_unmapped_when_freed()
    {
        using PortMachine machine = Machine("6.12", AbiIommuMode.Strict);
        machine.Run(new AbiOp
        {
            Kind = AbiOpKind.Alloc,
            Size = 5000,
            Arg = (ulong)AbiGfp.Atomic,
        }).Value.ShouldBe(Top - (2 * Page));
        machine.On(AbiOpKind.DevWrite, 0, size: 5000, arg: 3).Status.ShouldBe(AbiStatus.Ok);
        machine.On(AbiOpKind.CpuRead, 0, size: 5000).DataDigest.ShouldBe(
            machine.On(AbiOpKind.DevRead, 0, size: 5000).DataDigest);
        machine.On(AbiOpKind.Free, 0).Status.ShouldBe(AbiStatus.Ok);
        Count(machine, AbiIotlbCount.Mapped).ShouldBe(0UL);
    }

    private static AbiDevice Device(AbiIommuMode mode) => new()
    {
        DmaMask = ulong.MaxValue,
        CoherentMask = uint.MaxValue,
        Iommu = mode,
        IommuPgsizes = Page | (1UL << 21),
    };

    private static PortMachine Machine(string revision, AbiIommuMode mode) => new(
        revision, "", Device(mode) with { DmaMask = uint.MaxValue });

    private static void Use(PortMachine machine)
    {
        machine.Map(0, 0, 100).Status.ShouldBe(AbiStatus.Ok);
        machine.On(AbiOpKind.DevRead, 0, size: 100).Status.ShouldBe(AbiStatus.Ok);
        machine.Unmap(0).Status.ShouldBe(AbiStatus.Ok);
    }

    private static void Entry(PortMachine machine, ulong index, ulong offset, ulong size) =>
        machine.Run(new AbiOp
        {
            Kind = AbiOpKind.SgEntry,
            Arg = index,
            Offset = offset,
            Size = size,
        }).Status.ShouldBe(AbiStatus.Ok);

    private static ulong Count(PortMachine machine, AbiIotlbCount which) =>
        machine.Run(new AbiOp { Kind = AbiOpKind.IotlbRead, Arg = (ulong)which }).Value;
}
