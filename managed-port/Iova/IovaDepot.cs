// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.KernelDma;

namespace Dmadiff.ManagedPort.Iova;

/// <summary>The full magazines that the CPUs of a domain share, the last one first.</summary>
public unsafe struct IovaDepot
{
    /// <summary>MAX_GLOBAL_MAGS: how many an array holds.</summary>
    public const uint ArrayCapacity = 32;

    /// <summary>How many there are.</summary>
    public uint Count { get; private set; }

    /// <summary>The one that goes next; null when there is none.</summary>
    public IovaMagazine* Top { get; private set; }

    /// <summary>Takes the one that was put in last. There must be one.</summary>
    [Ports("drivers/iommu/iova.c", "iova_depot_pop", "6.12", "7.3")]
    internal IovaMagazine* Pop()
    {
        IovaMagazine* magazine = Top;
        Top = magazine->Next;
        Count--;
        return magazine;
    }

    /// <summary>Puts one in.</summary>
    [Ports("drivers/iommu/iova.c", "iova_depot_push", "6.12", "7.3")]
    internal void Push(IovaMagazine* magazine)
    {
        magazine->Next = Top;
        Top = magazine;
        Count++;
    }

    /// <summary>Takes the one that was put in first, as the array of 6.1 is emptied. There
    /// must be one.</summary>
    internal IovaMagazine* PopOldest()
    {
        IovaMagazine* magazine = Top;
        if (magazine->Next == null)
        {
            return Pop();
        }
        while (magazine->Next->Next != null)
        {
            magazine = magazine->Next;
        }
        IovaMagazine* oldest = magazine->Next;
        magazine->Next = null;
        Count--;
        return oldest;
    }
}
