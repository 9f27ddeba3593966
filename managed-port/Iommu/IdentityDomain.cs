// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iommu;

/// <summary>A domain that addresses go through as they are: nothing is ever mapped in it.
/// </summary>
public sealed class IdentityDomain : IommuDomain
{
    /// <summary>Creates one.</summary>
    public IdentityDomain() => Type = IommuDomainType.Identity;

    /// <inheritdoc/>
    public override int MapPages(
        ulong iova, ulong phys, ulong pageBytes, ulong count, IommuAccess access,
        ref ulong mapped) => Errno.Invalid;

    /// <inheritdoc/>
    public override ulong UnmapPages(
        ulong iova, ulong pageBytes, ulong count, ref IotlbGather gather) => 0;

    /// <inheritdoc/>
    public override void FlushAll()
    {
    }

    /// <inheritdoc/>
    public override void Sync(in IotlbGather gather)
    {
    }

    /// <inheritdoc/>
    public override void SyncMap(ulong iova, ulong size)
    {
    }

    /// <inheritdoc/>
    public override ulong IovaToPhys(ulong iova) => iova;
}
