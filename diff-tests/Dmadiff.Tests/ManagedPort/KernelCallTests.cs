// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;
using Dmadiff.ManagedPort.Xen;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.ManagedPort;

/// <summary>Calls of the ported functions that no operation makes.</summary>
public sealed class KernelCallTests : IDisposable
{
    private const ulong Memory = 1UL << 30;
    private const AbiDirection None = AbiDirection.FromDevice + 1;

    private readonly SimulatedMachine _machine = new();

    public KernelCallTests() => PowerOn();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void A_sync_of_6_1_goes_in_always()
    {
        (_, DmaMapping dma, Device dev) = Kernel(SwiotlbProfile.V6_1);
        dma.SetMask(dev, ulong.MaxValue).ShouldBe(0);
        BugOf(() => dma.SyncSingleForCpu(dev, Memory / 2, 1, None))
            .ShouldBe("dma_sync_single_for_cpu");
    }

    [Fact]
    public void A_sync_of_6_12_goes_in_once_the_device_has_bounced()
    {
        (Swiotlb swiotlb, DmaMapping dma, Device dev) = Kernel(SwiotlbProfile.V6_12);
        dma.SetMask(dev, ulong.MaxValue).ShouldBe(0);
        dma.SyncSingleForCpu(dev, Memory / 2, 1, None);
        dma.SyncSingleForDevice(dev, Memory / 2, 1, None);
        swiotlb.TblMapSingle(dev, Memory / 2, 100, 100, 0, AbiAttr.None)
            .ShouldNotBe(Swiotlb.MappingError);
        BugOf(() => dma.SyncSingleForCpu(dev, Memory / 2, 1, None))
            .ShouldBe("__dma_sync_single_for_cpu");
        BugOf(() => dma.SyncSingleForDevice(dev, Memory / 2, 1, None))
            .ShouldBe("__dma_sync_single_for_device");
    }

    [Fact]
    public void A_device_without_a_mask_of_its_own_syncs_in_6_12_too()
    {
        (_, DmaMapping dma, Device dev) = Kernel(SwiotlbProfile.V6_12);
        BugOf(() => dma.SyncSingleForCpu(dev, Memory / 2, 1, None))
            .ShouldBe("__dma_sync_single_for_cpu");
    }

    [Fact]
    public void Unmapping_what_never_bounced_is_checked_in_6_12_only()
    {
        (Swiotlb swiotlb, _, Device dev) = Kernel(SwiotlbProfile.V6_12);
        swiotlb.TblUnmapSingle(dev, 4096, 100, AbiDirection.FromDevice, AbiAttr.None);
        (swiotlb, _, dev) = Kernel(SwiotlbProfile.V6_1);
        // The index is far below the slot table, and still in RAM: a slot of all zeros.
        BugOf(() => swiotlb.TblUnmapSingle(
            dev, 4096, 100, AbiDirection.FromDevice, AbiAttr.None))
            .ShouldBe("swiotlb_release_slots");
        _machine.Log.Read(0)[^2].ShouldBe(
            "W swiotlb_bounce: dmadiff d0: Buffer overflow detected. "
            + "Allocation size: 0. Mapping size: 100.");
    }

    [Fact]
    public void What_is_not_the_pools_is_not_freed()
    {
        foreach (SwiotlbProfile profile in new[] { SwiotlbProfile.V6_1, SwiotlbProfile.V6_12 })
        {
            (Swiotlb swiotlb, _, Device dev) = Kernel(profile);
            swiotlb.Free(dev, 4096).ShouldBeFalse();
        }
    }

    [Fact]
    public void A_mapping_larger_than_its_allocation_is_refused_in_6_1()
    {
        (Swiotlb swiotlb, _, Device dev) = Kernel(SwiotlbProfile.V6_1);
        swiotlb.TblMapSingle(dev, 4096, 200, 100, 0, AbiAttr.None)
            .ShouldBe(Swiotlb.MappingError);
        _machine.Log.Read(0)[^1].ShouldBe(
            "4 dmadiff d0: Invalid sizes (mapping: 200 bytes, alloc: 100 bytes)");
    }

    private void PowerOn() => _machine.PowerOn(
        new AbiMachine { MemoryBytes = Memory, Cpus = 1 }, KernelConfiguration.Default);

    private (Swiotlb Swiotlb, DmaMapping Dma, Device Dev) Kernel(SwiotlbProfile profile)
    {
        PowerOn();
        var pools = new DmaPool(_machine, profile);
        var swiotlb = new Swiotlb(_machine, pools, profile, KernelConfiguration.Default);
        swiotlb.SetupNpages("512,1");
        swiotlb.Init(addressingLimit: true, Swiotlb.FlagVerbose);
        var direct = new DmaDirect(_machine, swiotlb, pools);
        var iommu = UnusedIommu.Of(_machine, swiotlb);
        var dma = new DmaMapping(
            direct, iommu, new SwiotlbXen(_machine, swiotlb), profile, _machine.Log);
        return (swiotlb, dma, new Device("d0", swiotlb.DefaultMem));
    }

    private static string BugOf(Action action)
    {
        var death = Should.Throw<KernelDeathException>(action);
        death.Kind.ShouldBe(AbiCrashKind.Bug);
        return death.Where;
    }
}
