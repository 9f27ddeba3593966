// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.InteropServices;

namespace Dmadiff.ManagedPort.Machine;

/// <summary>
/// A kmem_cache: objects of one size, used again after they were freed. Misuse ends the
/// machine.
/// </summary>
/// <typeparam name="T">The object.</typeparam>
public sealed unsafe class ObjectCache<T> : IDisposable
    where T : unmanaged
{
    private const int ChunkObjects = 1024;

    private readonly AllocationFailure _failure;
    private readonly Log _log;
    private readonly List<nint> _chunks = [];
    private Slot* _free;
    private Slot* _fresh;
    private Slot* _freshEnd;

    /// <summary>Creates an empty cache.</summary>
    /// <param name="failure">What lets allocations fail.</param>
    /// <param name="log">Where misuse is told.</param>
    public ObjectCache(AllocationFailure failure, Log log)
    {
        _failure = failure;
        _log = log;
    }

    /// <summary>Objects in use.</summary>
    public ulong Live { get; private set; }

    /// <summary>kmem_cache_zalloc().</summary>
    /// <returns>A zeroed object; null when the armed failure strikes.</returns>
    public T* Zalloc()
    {
        if (_failure.ShouldFail())
        {
            return null;
        }
        Slot* slot = _free;
        if (slot != null)
        {
            _free = slot->Next;
        }
        else
        {
            if (_fresh == _freshEnd)
            {
                AddChunk();
            }
            slot = _fresh++;
        }
        slot->Next = null;
        slot->InUse = true;
        slot->Object = default;
        Live++;
        return &slot->Object;
    }

    /// <summary>kmem_cache_free().</summary>
    /// <param name="pointer">What <see cref="Zalloc"/> gave.</param>
    public void Free(T* pointer)
    {
        if (pointer == null)
        {
            _log.Misuse("kmem_cache_free", "of NULL");
        }
        var slot = (Slot*)pointer;
        if (!slot->InUse)
        {
            _log.Misuse("kmem_cache_free", "of a free object");
        }
        slot->InUse = false;
        slot->Next = _free;
        _free = slot;
        Live--;
    }

    /// <summary>kmem_cache_destroy(): nothing may be in use.</summary>
    public void Destroy()
    {
        if (Live != 0)
        {
            _log.Misuse("kmem_cache_destroy", "while objects are in use");
        }
    }

    /// <summary>Forgets all objects.</summary>
    public void PowerOff()
    {
        foreach (nint chunk in _chunks)
        {
            NativeMemory.Free((void*)chunk);
        }
        _chunks.Clear();
        _free = null;
        _fresh = null;
        _freshEnd = null;
        Live = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => PowerOff();

    private void AddChunk()
    {
        var chunk = (Slot*)NativeMemory.Alloc(ChunkObjects, (nuint)sizeof(Slot));
        _chunks.Add((nint)chunk);
        _fresh = chunk;
        _freshEnd = chunk + ChunkObjects;
    }

    private struct Slot
    {
        // First, so that a pointer to it is one to the slot.
        public T Object;
        public Slot* Next;
        public bool InUse;
    }
}
