// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>struct io_tlb_dyn_slot: pages that one mapping bounces through.</summary>
/// <param name="OrigAddr">Physical address of what was mapped.</param>
/// <param name="AllocSize">Its bytes.</param>
/// <param name="Start">Physical address of the first page.</param>
public sealed record DynamicSlot(ulong OrigAddr, ulong AllocSize, ulong Start)
{
    /// <summary>Whether a physical address is of the mapping; what is behind it in its last
    /// page is not.</summary>
    public bool Holds(ulong address) => Start <= address && address <= Start + AllocSize - 1;
}
