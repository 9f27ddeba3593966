// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.CompilerServices;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iova;

/// <summary>A struct iova_magazine: first pfns of free ranges of one size, which the tree
/// still has as taken.</summary>
public unsafe struct IovaMagazine
{
    /// <summary>IOVA_MAG_SIZE: how many it holds.</summary>
    public const ulong Capacity = 127;

    /// <summary>The one that lies below it in the depot.</summary>
    internal IovaMagazine* Next;

    private ulong _size;
    private fixed ulong _pfns[(int)Capacity];

    /// <summary>How many pfns are in it.</summary>
    public ulong Size
    {
        readonly get => _size;
        internal set => _size = value;
    }

    /// <summary>Whether no more fits.</summary>
    public readonly bool IsFull => _size == Capacity;

    /// <summary>Whether there is nothing in it.</summary>
    public readonly bool IsEmpty => _size == 0;

    /// <summary>A pfn by its place.</summary>
    public readonly ulong this[ulong index] => _pfns[index];

    /// <summary>The cache line that a pfn is in, by its place.</summary>
    internal readonly nint LineOf(ulong index)
    {
        fixed (IovaMagazine* self = &this)
        {
            nint offset = (nint)((1 + index) * sizeof(ulong));
            return (nint)self + (offset / IMemoryObserver.LineBytes * IMemoryObserver.LineBytes);
        }
    }

    /// <summary>Takes the last pfn that is not above a limit; the last of all takes its
    /// place.</summary>
    /// <param name="limitPfn">Highest first pfn that may be taken.</param>
    /// <returns>The pfn, or 0 when all are above. It must not be empty.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [KernelDma.Ports("drivers/iommu/iova.c", "iova_magazine_pop", "6.1", "6.12", "7.3")]
    internal ulong Pop(ulong limitPfn)
    {
        ulong i = _size - 1;
        while (_pfns[i] > limitPfn)
        {
            if (i == 0)
            {
                return 0;
            }
            i--;
        }
        ulong pfn = _pfns[i];
        _pfns[i] = _pfns[--_size];
        return pfn;
    }

    /// <summary>Adds a pfn. It must not be full.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [KernelDma.Ports("drivers/iommu/iova.c", "iova_magazine_push", "6.1", "6.12", "7.3")]
    internal void Push(ulong pfn) => _pfns[_size++] = pfn;
}
