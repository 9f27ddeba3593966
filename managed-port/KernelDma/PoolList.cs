// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>
/// An RCU list of pools, the youngest first. A pool is on one list at most.
/// </summary>
public sealed class PoolList
{
    /// <summary>The youngest pool, or null; go on by <see cref="IoTlbPool.Next"/>.</summary>
    public IoTlbPool? First { get; private set; }

    /// <summary>list_add_rcu().</summary>
    public void Add(IoTlbPool pool)
    {
        pool.Next = First;
        pool.Previous = null;
        if (First is not null)
        {
            First.Previous = pool;
        }
        First = pool;
    }

    /// <summary>list_del_rcu(): the pool itself still knows what comes after it.</summary>
    public void Remove(IoTlbPool pool)
    {
        if (pool.Previous is null)
        {
            First = pool.Next;
        }
        else
        {
            pool.Previous.Next = pool.Next;
        }
        if (pool.Next is not null)
        {
            pool.Next.Previous = pool.Previous;
        }
    }

    /// <summary>The pool that a physical address lies in, or null.</summary>
    public IoTlbPool? Find(ulong address)
    {
        for (IoTlbPool? pool = First; pool is not null; pool = pool.Next)
        {
            if (pool.Holds(address))
            {
                return pool;
            }
        }
        return null;
    }
}
