// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Iommu;
using Dmadiff.ManagedPort.Iova;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Iommu;

/// <summary>The one long queue of devices whose flushes are slow, which no operation of a trace
/// can ask for.</summary>
public sealed class SharedQueueTests : IDisposable
{
    private readonly SimulatedMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData("6.1", 4, 10)]
    [InlineData("6.12", 1, 1000)]
    [InlineData("7.3", 1, 1000)]
    public void It_takes_all_CPUs_and_a_second_where_the_revision_has_it(
        string revision, int queues, ulong timeout)
    {
        (DmaIommu dma, Device dev) = Lazy(revision);
        DmaCookie cookie = dev.Iommu!.Domain!.Cookie!;
        cookie.Queues.Length.ShouldBe(queues);
        cookie.QueueTimeout.ShouldBe(timeout);
        Use(dma, dev);
        _machine.Cpus.TrySwitch(3).ShouldBeTrue();
        Use(dma, dev);
        cookie.Queues.Max(queue => queue.Count).ShouldBe(queues == 1 ? 2 : 1);
        _machine.Deferred.PassTime(timeout);
        cookie.Queues.ShouldAllBe(queue => queue.Count == 0);
        cookie.FlushesFinished.ShouldBe(1UL);
    }

    private static void Use(DmaIommu dma, Device dev)
    {
        ulong iova = dma.MapPage(dev, 0x200000, 100, AbiDirection.ToDevice, AbiAttr.None);
        iova.ShouldNotBe(Swiotlb.MappingError);
        dma.UnmapPage(dev, iova, 100, AbiDirection.ToDevice, AbiAttr.None);
    }

    private (DmaIommu Dma, Device Dev) Lazy(string revision)
    {
        _machine.PowerOn(
            new AbiMachine { MemoryBytes = 64 << 20, Cpus = 4 }, KernelConfiguration.Default);
        var swiotlbProfile = SwiotlbProfile.V6_12;
        var pools = new DmaPool(_machine, swiotlbProfile);
        var swiotlb = new Swiotlb(
            _machine, pools, swiotlbProfile, KernelConfiguration.Default);
        var profile = IommuProfile.Named(revision);
        var core = new IommuCore(_machine, profile);
        var iova = new IovaAllocator(_machine, IovaProfile.Named(revision));
        var dma = new DmaIommu(_machine, profile, core, swiotlb, iova);
        var dev = new Device("d0", swiotlb.DefaultMem);
        var client = new IommuClient(AbiIommuMode.Lazy, AbiIommuFlag.None, 4096, 0, 0)
        {
            ShadowsOnFlush = true,
        };
        core.SetupStrict("0");
        core.Init();
        core.Probe(dev, client, dma).ShouldBe(0);
        return (dma, dev);
    }
}
