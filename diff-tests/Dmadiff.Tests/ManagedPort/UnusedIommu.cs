// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Iommu;
using Dmadiff.ManagedPort.Iova;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.Tests.ManagedPort;

/// <summary>A dma-iommu that no device is behind.</summary>
internal static class UnusedIommu
{
    public static DmaIommu Of(SimulatedMachine machine, Swiotlb swiotlb)
    {
        var profile = IommuProfile.Named(swiotlb.Profile.Name);
        return new DmaIommu(
            machine,
            profile,
            new IommuCore(machine, profile),
            swiotlb,
            new IovaAllocator(machine, IovaProfile.Named(profile.Name)));
    }
}
