// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.KernelDma;

namespace Dmadiff.ManagedPort.Engine;

/// <content>
/// All pools there are, as results and reports see them: those that belong to a struct
/// io_tlb_mem, and then the transient ones of the devices that use it, by device.
/// </content>
public sealed unsafe partial class PortEngine
{
    /// <summary>0 is the default one; a declared one is null until a device attached.</summary>
    private IoTlbMem? MemAt(int number) =>
        number == 0 ? _swiotlb.DefaultMem : _pools[number - 1]?.Mem;

    private PoolCursor PoolsOf(IoTlbMem mem)
    {
        mem = mem.CountedBy;
        if (mem.Pools is null)
        {
            return mem.DefaultPool.Nslabs != 0
                ? new PoolCursor(mem.DefaultPool, AbiConstants.None)
                : HighOf(mem);
        }
        return mem.Pools.First is { } first
            ? new PoolCursor(first, AbiConstants.None)
            : FirstTransient(mem, 0);
    }

    private PoolCursor Next(IoTlbMem mem, PoolCursor at)
    {
        if (mem.Pools is null)
        {
            mem = mem.CountedBy;
            return at.Pool == mem.DefaultPool ? HighOf(mem) : default;
        }
        return at.Pool!.Next is { } next
            ? at with { Pool = next }
            : FirstTransient(mem, at.Device == AbiConstants.None ? 0 : at.Device + 1);
    }

    private static PoolCursor HighOf(IoTlbMem mem) =>
        mem.High is { Nslabs: > 0 } high
            ? new PoolCursor(high.DefaultPool, AbiConstants.None)
            : default;

    private PoolCursor FirstTransient(IoTlbMem mem, uint device)
    {
        for (; device < _devices.Length; device++)
        {
            Device dev = _devices[device];
            if (dev.Mem == mem && dev.IoTlbPools.First is { } first)
            {
                return new PoolCursor(first, device);
            }
        }
        return default;
    }

    /// <summary>The pool that holds an address, whether or not the kernel would look there.
    /// </summary>
    private IoTlbPool? PoolHolding(IoTlbMem mem, ulong address)
    {
        for (PoolCursor at = PoolsOf(mem); at.Pool is { } pool; at = Next(mem, at))
        {
            if (pool.Holds(address))
            {
                return pool;
            }
        }
        return null;
    }

    /// <summary>Adds the figures of all pools.</summary>
    private void Account(ref AbiResult result, IoTlbMem mem)
    {
        PoolCursor at = PoolsOf(mem);
        if (at.Pool is not null)
        {
            result.Hiwater += mem.CountedBy.UsedHiwater;
        }
        for (; at.Pool is { } pool; at = Next(mem, at))
        {
            result.Used += pool.SumUsed();
        }
    }

    /// <summary>Finds a pool by its number in reports: those that came later are counted on
    /// from the declared ones.</summary>
    private PoolPlace? PlaceOf(int number)
    {
        int later = _pools.Length + 1;
        for (int i = 0; i <= _pools.Length; i++)
        {
            if (MemAt(i) is not { } mem)
            {
                continue;
            }
            for (PoolCursor at = PoolsOf(mem); at.Pool is { } pool; at = Next(mem, at))
            {
                if ((pool == mem.DefaultPool ? i : later++) == number)
                {
                    return new PoolPlace(pool, mem, i, at.Device);
                }
            }
        }
        return null;
    }

    /// <param name="Pool">A pool; null at the end.</param>
    /// <param name="Device">The device, of a transient one.</param>
    private readonly record struct PoolCursor(IoTlbPool? Pool, uint Device);

    private sealed record PoolPlace(IoTlbPool Pool, IoTlbMem Mem, int Owner, uint Device);
}
