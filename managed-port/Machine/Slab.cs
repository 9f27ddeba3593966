// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.InteropServices;

namespace Dmadiff.ManagedPort.Machine;

/// <summary>
/// Zeroed slab memory (kzalloc, kcalloc). It has no physical address, and lasts until power
/// is turned off or it is freed.
/// </summary>
public sealed unsafe class Slab : IDisposable
{
    private readonly AllocationFailure _failure;
    private readonly List<nint> _objects = [];

    /// <summary>Creates an empty slab.</summary>
    public Slab(AllocationFailure failure) => _failure = failure;

    /// <summary>kcalloc.</summary>
    /// <param name="count">Number of elements.</param>
    /// <param name="elementBytes">Bytes of one.</param>
    /// <returns>Host pointer, or null when the armed failure strikes.</returns>
    public void* Calloc(ulong count, ulong elementBytes)
    {
        if (_failure.ShouldFail())
        {
            return null;
        }
        void* memory = NativeMemory.AllocZeroed((nuint)count, (nuint)elementBytes);
        _objects.Add((nint)memory);
        return memory;
    }

    /// <summary>kzalloc of something the port keeps as a managed object.</summary>
    /// <returns>False when the armed failure strikes.</returns>
    public bool TryZalloc() => !_failure.ShouldFail();

    /// <summary>kfree.</summary>
    /// <param name="memory">What <see cref="Calloc"/> gave.</param>
    public void Free(void* memory)
    {
        if (_objects.Remove((nint)memory))
        {
            NativeMemory.Free(memory);
        }
    }

    /// <summary>Frees everything.</summary>
    public void PowerOff()
    {
        foreach (nint memory in _objects)
        {
            NativeMemory.Free((void*)memory);
        }
        _objects.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => PowerOff();
}
