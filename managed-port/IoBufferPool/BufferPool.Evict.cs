// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.KernelDma;

namespace Dmadiff.ManagedPort.IoBufferPool;

/// <content>
/// Eviction, in two passes: what a pass finds waiting is old from then on, and what is old is
/// freed. So a buffer goes that nobody wanted for one period, and at most two.
/// </content>
public sealed partial class BufferPool
{
    /// <summary>A pass over all caches. While anything waits, another one follows.</summary>
    /// <param name="teardown">All goes, old or not.</param>
    [PortsSeries(Series, File, "__io_buffer_pool_evict")]
    [PortsSeries(Series, File, "io_buffer_pool_evict")]
    private void Evict(bool teardown)
    {
        bool waiting = false;
        foreach (IoBufferClass each in _classes)
        {
            each.Lock();
            for (int type = 0; type < IoBufferClass.Caches; type++)
            {
                ListHead cache = each.Cache(type);
                EvictFrom(each, cache, teardown);
                int seen = 0;
                for (ListHead at = cache.Next; at != cache; at = at.Next)
                {
                    RequireEnd(each, ++seen);
                    if (at is IoBufferSlot slot)
                    {
                        slot.IsOld = true;
                    }
                    waiting = true;
                }
            }
            each.Unlock();
        }
        if (!teardown && waiting)
        {
            _machine.Deferred.Schedule(_evictWork, EvictPeriod);
        }
    }

    /// <summary>Frees from the end of a cache on, where those are that wait longest.</summary>
    private void EvictFrom(IoBufferClass each, ListHead cache, bool teardown)
    {
        while (!cache.IsEmpty && cache.Previous is IoBufferSlot slot)
        {
            if (!teardown && !slot.IsOld)
            {
                break;
            }
            slot.Remove();
            each.Unlock();
            bool freed = FreeSlot(each, slot);
            each.Lock();
            if (freed)
            {
                each.EmptySlots.AddFirst(slot);
            }
        }
    }

    /// <summary>Unmaps a buffer, and frees its pages. One that is not mapped whole is given up
    /// for good, slot and all.</summary>
    [PortsSeries(Series, File, "io_buffer_pool_free_slot")]
    private bool FreeSlot(IoBufferClass each, IoBufferSlot slot)
    {
        if (_core.Unmap(_domain, slot.Iova, each.BufferBytes) != each.BufferBytes)
        {
            _machine.Log.Error("Failed to unmap bounce buffer, leaking buffer.");
            return false;
        }
        _dma.FreePieces(slot.Pages);
        slot.Drop();
        return true;
    }
}
