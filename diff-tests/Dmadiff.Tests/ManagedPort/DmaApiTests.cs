// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;
using Dmadiff.ManagedPort.Xen;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.ManagedPort;

/// <summary>Scatterlists, coherent memory and atomic pools of the port.</summary>
public sealed class DmaApiTests : IDisposable
{
    private const ulong Gib = 1UL << 30;
    private const ulong Page = 4096;

    private readonly SimulatedMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void A_list_that_cannot_be_mapped_whole_leaves_no_slot_used()
    {
        var (swiotlb, dma, _) = Kernel(SwiotlbProfile.V6_12, Gib, "128,1,force");
        var dev = new Device("d0", swiotlb.DefaultMem);
        var list = new ScatterEntry[3];
        for (uint i = 0; i < 3; i++)
        {
            list[i] = new ScatterEntry { Phys = (16UL << 20) + (i << 18), Length = 100 << 10 };
        }

        dma.MapSgAttrs(dev, list, AbiDirection.Bidirectional, AbiAttr.NoWarn).ShouldBe(0);

        swiotlb.DefaultMem.DefaultPool.SumUsed().ShouldBe(0UL);
        dma.MapSgAttrs(dev, list.AsSpan(0, 2), AbiDirection.Bidirectional, AbiAttr.None)
            .ShouldBe(2);
        dma.UnmapSgAttrs(dev, list.AsSpan(0, 2), AbiDirection.Bidirectional, AbiAttr.None);
        swiotlb.DefaultMem.DefaultPool.SumUsed().ShouldBe(0UL);
    }

    [Theory]
    [InlineData(24, 1UL << 24)]
    [InlineData(32, 1UL << 32)]
    [InlineData(33, 1UL << 32)]
    [InlineData(64, 16UL << 30)]
    public void Coherent_memory_is_from_the_top_of_the_zone_that_the_mask_allows(
        int bits, ulong zoneEnd)
    {
        var (swiotlb, dma, _) = Kernel(SwiotlbProfile.V6_1, 16 * Gib, "512,1");
        var dev = new Device("d0", swiotlb.DefaultMem)
        {
            CoherentDmaMask = bits == 64 ? ulong.MaxValue : (1UL << bits) - 1,
        };

        var address = dma.AllocAttrs(dev, Page, true, AbiAttr.None, out _, out var isCookie);

        isCookie.ShouldBeFalse();
        address.ShouldBeLessThan(zoneEnd);
        address.ShouldBeGreaterThan(zoneEnd - (8UL << 20));
        dma.FreeAttrs(dev, Page, address, address, isCookie, AbiAttr.None);
        dma.AllocAttrs(dev, Page, true, AbiAttr.None, out _, out _).ShouldBe(address);
    }

    [Fact]
    public unsafe void Coherent_memory_is_zeroed_unless_nobody_has_an_address_for_it()
    {
        var (swiotlb, dma, _) = Kernel(SwiotlbProfile.V6_12, Gib, "512,1");
        var dev = new Device("d0", swiotlb.DefaultMem);
        var address = dma.AllocAttrs(dev, Page, true, AbiAttr.None, out _, out _);
        *_machine.Memory.At(address, 1, "test") = 7;
        dma.FreeAttrs(dev, Page, address, address, isCookie: false, AbiAttr.None);

        dma.AllocAttrs(dev, Page, true, AbiAttr.NoKernelMapping, out _, out var isCookie)
            .ShouldBe(address);
        isCookie.ShouldBeTrue();
        (*_machine.Memory.At(address, 1, "test")).ShouldBe((byte)7);
        dma.FreeAttrs(dev, Page, address, address, isCookie, AbiAttr.NoKernelMapping);

        dma.AllocAttrs(dev, Page, true, AbiAttr.None, out _, out _).ShouldBe(address);
        (*_machine.Memory.At(address, 1, "test")).ShouldBe((byte)0);
    }

    [Fact]
    public void A_device_with_memory_of_its_own_gets_none_from_elsewhere()
    {
        const ulong own = 80UL << 20;
        var (swiotlb, dma, _) = Kernel(SwiotlbProfile.V6_12, Gib, "512,1");
        var dev = new Device("d0", swiotlb.DefaultMem);
        CoherentMemory.Declare(_machine, SwiotlbProfile.V6_12, dev, own, 4 * Page).ShouldBe(0);

        dma.AllocAttrs(dev, 1, true, AbiAttr.None, out _, out _).ShouldBe(own);
        dma.AllocAttrs(dev, Page + 1, true, AbiAttr.None, out _, out _).ShouldBe(own + (2 * Page));
        dma.AllocAttrs(dev, 2 * Page, true, AbiAttr.None, out _, out _)
            .ShouldBe(Swiotlb.MappingError);
        var third = own + (2 * Page);
        dma.FreeAttrs(dev, Page + 1, third, third, isCookie: false, AbiAttr.None);
        dma.AllocAttrs(dev, 2 * Page, true, AbiAttr.None, out _, out _).ShouldBe(own + (2 * Page));
    }

    [Fact]
    public void An_atomic_pool_doubles_when_less_is_left_than_it_began_with()
    {
        var (swiotlb, _, pools) = Kernel(SwiotlbProfile.V6_12, Gib, "512,1");
        var dev = new Device("d0", swiotlb.DefaultMem);
        pools.BytesOf(PageZone.Dma).ShouldBe(128UL << 10);

        var address = pools.Alloc(dev, Page, PageZone.Dma, AbiAttr.None, shared: false);
        _machine.Deferred.RunQueued().ShouldBe(1UL);

        pools.BytesOf(PageZone.Dma).ShouldBe(256UL << 10);
        pools.BytesOf(PageZone.Dma32).ShouldBe(128UL << 10);
        pools.Free(address, Page).ShouldBeTrue();
        pools.Free(16UL << 20, Page).ShouldBeFalse();
    }

    [Theory]
    [InlineData("6.1", false)]
    [InlineData("6.12", true)]
    public void A_chunk_that_cannot_be_noted_is_lost_in_the_newer_revision(
        string revision, bool isLost)
    {
        var profile = revision == "6.1" ? SwiotlbProfile.V6_1 : SwiotlbProfile.V6_12;
        var (swiotlb, _, pools) = Kernel(profile, Gib, "512,1");
        var dev = new Device("d0", swiotlb.DefaultMem);
        _ = pools.Alloc(dev, Page, PageZone.Dma, AbiAttr.None, shared: false);
        _machine.Failure.Arm(2);
        _ = _machine.Deferred.RunQueued();
        pools.BytesOf(PageZone.Dma).ShouldBe(128UL << 10);

        _machine.Pages.TryGetFreePages(PageZone.Dma, 5, zeroed: false, out var address)
            .ShouldBeTrue();

        var next = (16UL << 20) - (2 * (128UL << 10));
        address.ShouldBe(isLost ? next - (128UL << 10) : next);
    }

    [Fact]
    public void An_exhausted_pool_is_told_unless_nobody_wants_to_know()
    {
        var (swiotlb, _, pools) = Kernel(SwiotlbProfile.V6_12, Gib, "512,1");
        var dev = new Device("d7", swiotlb.DefaultMem);
        var lines = _machine.Log.Lines;

        pools.Alloc(dev, Gib, PageZone.Dma, AbiAttr.NoWarn, shared: false)
            .ShouldBe(Swiotlb.MappingError);
        _machine.Log.Lines.ShouldBe(lines);
        pools.Alloc(dev, Gib, PageZone.Dma, AbiAttr.None, shared: false)
            .ShouldBe(Swiotlb.MappingError);

        _machine.Log.Read(lines).ShouldBe(
            ["W dma_alloc_from_pool: DMA pool exhausted for d7"]);
    }

    private (Swiotlb Swiotlb, DmaMapping Dma, DmaPool Pools) Kernel(
        SwiotlbProfile profile, ulong memory, string parameter)
    {
        _machine.PowerOn(
            new AbiMachine { MemoryBytes = memory, Cpus = 1 }, KernelConfiguration.Default);
        var pools = new DmaPool(_machine, profile);
        var swiotlb = new Swiotlb(_machine, pools, profile, KernelConfiguration.Default);
        swiotlb.SetupNpages(parameter);
        swiotlb.Init(addressingLimit: true, Swiotlb.FlagVerbose);
        pools.Init();
        var direct = new DmaDirect(_machine, swiotlb, pools);
        var iommu = UnusedIommu.Of(_machine, swiotlb);
        var dma = new DmaMapping(
            direct, iommu, new SwiotlbXen(_machine, swiotlb), profile, _machine.Log);
        return (swiotlb, dma, pools);
    }
}
