// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.FlushPolicies;

/// <summary>An IOMMU's cache of translations, as far as a flush policy goes.</summary>
public interface IIotlb
{
    /// <summary>Drops all translations of the domain. On return, no device can use one that
    /// was unmapped before the call.</summary>
    void FlushAll();

    /// <summary>Drops the translations of a range, in the same way.</summary>
    /// <param name="pfn">First pfn.</param>
    /// <param name="pages">Pages, above 0.</param>
    void FlushRange(ulong pfn, ulong pages);
}
