// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.CompilerServices;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>
/// An array that C indexes without looking. Where it lies in RAM, any index that stays in
/// RAM finds something; where it is slab memory, only its own elements can be reached.
/// </summary>
/// <typeparam name="T">The element.</typeparam>
public readonly unsafe struct KernelArray<T>
    where T : unmanaged
{
    private readonly T* _start;
    private readonly long _lowest;
    private readonly ulong _reachable;

    /// <summary>An array in RAM.</summary>
    /// <param name="memory">RAM.</param>
    /// <param name="address">Physical address of element 0.</param>
    public KernelArray(PhysicalMemory memory, ulong address)
    {
        ulong element = (ulong)sizeof(T);
        ulong below = address / element;
        _start = (T*)memory.At(address, 0, "memblock_alloc");
        _lowest = -(long)below;
        _reachable = below + ((memory.Bytes - address) / element);
    }

    /// <summary>An array from the slab.</summary>
    /// <param name="start">Element 0; any host pointer.</param>
    /// <param name="count">Elements.</param>
    public KernelArray(void* start, ulong count)
    {
        _start = (T*)start;
        _lowest = 0;
        _reachable = count;
    }

    /// <summary>Element 0, for code that has checked its indices.</summary>
    public T* Start => _start;

    /// <summary>An element by index.</summary>
    /// <param name="index">Any, as the C computed it.</param>
    /// <param name="where">Kernel function to name when nothing is there.</param>
    /// <exception cref="KernelDeathException">There is no memory.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T* At(long index, string where)
    {
        if ((ulong)(index - _lowest) >= _reachable)
        {
            KernelDeathException.Fault(where, (ulong)index * (ulong)sizeof(T));
        }
        return _start + index;
    }

    /// <summary>Elements in a row; one check for all of them.</summary>
    /// <param name="index">The first one, as the C computed it.</param>
    /// <param name="count">How many; of 0 and less, none is looked at.</param>
    /// <param name="where">Kernel function to name when one of them is not there.</param>
    /// <exception cref="KernelDeathException">There is no memory.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T* Range(long index, long count, string where)
    {
        if (count > 0)
        {
            At(index, where);
            At(index + count - 1, where);
        }
        return _start + index;
    }
}
