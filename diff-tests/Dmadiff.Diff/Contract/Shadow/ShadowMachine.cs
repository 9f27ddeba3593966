// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Contract.Shadow;

/// <summary>
/// What must be so on a machine, kept only from what the trace declares, what the API has
/// returned, and how large and where the machine says that its pools are.
/// </summary>
internal sealed class ShadowMachine
{
    private readonly Dictionary<uint, ShadowMapping> _mappings = [];
    private readonly Dictionary<uint, ShadowMapping> _ended = [];
    private readonly int _firstLater;

    /// <summary>Takes in a machine that has just booted.</summary>
    public ShadowMachine(IEngine engine, LoweredTrace trace, ReadOnlySpan<AbiResult> boot)
    {
        var setup = trace.Setup;
        var firstDevice = 2 + setup.Pools.Length;
        var firstBuffer = firstDevice + setup.Devices.Length;
        MemoryBytes = setup.Machine.MemoryBytes;
        PageBytes = setup.Configuration.PageBytes;
        _firstLater = setup.Pools.Length + 1;
        PoolsGrow = setup.Configuration.Has(KernelOption.SwiotlbDynamic)
            || engine.ReadPool(_firstLater) is not null;
        Encrypts = setup.Configuration.Has(KernelOption.MemoryEncryption)
            && !setup.Machine.Flags.HasFlag(AbiMachineFlag.LateInit);
        ForcesBounce = setup.Machine.Flags.HasFlag(AbiMachineFlag.SwiotlbForce)
            || Encrypts
            || setup.Cmdline.Split(' ', ',', '=').Contains("force");
        KeepsHiwater = setup.Cmdline.Contains("track_hiwater", StringComparison.Ordinal);
        for (var i = 0; i < setup.Devices.Length; i++)
        {
            Devices.Add(new ShadowDevice(i, setup.Devices[i], boot[firstDevice + i]));
        }

        for (var i = 0; i <= setup.Pools.Length; i++)
        {
            if (engine.ReadPool(i) is { Nslabs: > 0 } state)
            {
                Pools.Add(Pool(trace, i, state));
            }
        }

        for (var i = 0; i < setup.Buffers.Length; i++)
        {
            Buffers.Add(boot[firstBuffer + i].Status == AbiStatus.Ok ? Buffer(trace, i) : null);
        }
    }

    /// <summary>RAM is [0, MemoryBytes).</summary>
    public ulong MemoryBytes { get; }

    /// <summary>Bytes of a page.</summary>
    public ulong PageBytes { get; }

    /// <summary>Memory is encrypted, but for what is shared with devices, and so all is to
    /// be bounced; a pool that is made late is not told to.</summary>
    public bool Encrypts { get; }

    /// <summary>Pools may come and go.</summary>
    public bool PoolsGrow { get; }

    /// <summary>High-water marks are known to be kept.</summary>
    public bool KeepsHiwater { get; set; }

    /// <summary>What pools have got since boot.</summary>
    public List<LaterPool> Later { get; } = [];

    /// <summary>The command line or the architecture asks that everything is bounced.</summary>
    public bool ForcesBounce { get; }

    public List<ShadowDevice> Devices { get; } = [];

    /// <summary>The pools that exist.</summary>
    public List<ShadowPool> Pools { get; } = [];

    /// <summary>By number; null for one that could not be had.</summary>
    public List<ShadowBuffer?> Buffers { get; } = [];

    /// <summary>Live mappings, the oldest first.</summary>
    public List<ShadowMapping> Live { get; } = [];

    /// <summary>Takes in what pools have become.</summary>
    public void Refresh(IEngine engine)
    {
        if (!PoolsGrow)
        {
            return;
        }

        Later.Clear();
        Later.AddRange(LaterPool.Read(engine, _firstLater));
        foreach (var pool in Pools)
        {
            pool.MostSlots = Math.Max(pool.MostSlots, SlotsOf(pool, transient: true));
        }
    }

    /// <summary>Slots that a pool has by now.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="transient">Whether those of transient pools count.</param>
    public ulong SlotsOf(ShadowPool pool, bool transient)
    {
        var slots = pool.Slots;
        foreach (var later in Later)
        {
            slots += later.Owner == pool.Index && (transient || !later.IsTransient)
                ? later.Slots
                : 0;
        }

        return slots;
    }

    public ShadowMapping? Find(uint handle) => _mappings.GetValueOrDefault(handle);

    /// <summary>The last mapping of that handle that has ended.</summary>
    public ShadowMapping? FindEnded(uint handle) => _ended.GetValueOrDefault(handle);

    public ShadowPool? PoolOf(ShadowDevice device) => Pool(device.Pool);

    public ShadowPool? Pool(int index)
    {
        foreach (var pool in Pools)
        {
            if (pool.Index == index)
            {
                return pool;
            }
        }

        return null;
    }

    /// <summary>Whether nothing live takes memory of a pool.</summary>
    public bool IsIdle(int pool)
    {
        foreach (var mapping in Live)
        {
            if (mapping.Bounced && mapping.Device.Pool == pool)
            {
                return false;
            }
        }

        return true;
    }

    public void Add(uint handle, ShadowMapping mapping)
    {
        _mappings[handle] = mapping;
        Live.Add(mapping);
    }

    public void Remove(uint handle)
    {
        if (_mappings.Remove(handle, out var mapping))
        {
            _ended[handle] = mapping;
            Live.Remove(mapping);
        }
    }

    /// <summary>Whether all bytes of a range belong to a buffer or to a pool.</summary>
    public bool IsWatched(ulong address, ulong size)
    {
        foreach (var pool in Pools)
        {
            if (pool.Holds(address, size))
            {
                return true;
            }
        }

        return Later.Exists(later => later.Holds(address, size)) || Buffers.Exists(b =>
            b is not null && address >= b.Base && address - b.Base <= b.Bytes
            && size <= b.Bytes - (address - b.Base));
    }

    private static ShadowPool Pool(LoweredTrace trace, int index, in AbiPoolState state) =>
        index == 0
            ? new ShadowPool(0, Operation.DefaultPool, state.Start, state.Bytes, state.Nslabs)
            : new ShadowPool(
                index,
                trace.Trace.Pools[index - 1].Name,
                trace.Setup.Pools[index - 1].Base,
                trace.Setup.Pools[index - 1].Bytes,
                trace.Setup.Pools[index - 1].Bytes / ShadowPool.SlotBytes);

    // A guard next to a pool or to another buffer would see what goes on there. Where pools
    // grow, a neighbouring page may be of a pool any time: guards stay in the buffer's own.
    private ShadowBuffer Buffer(LoweredTrace trace, int index)
    {
        var (address, bytes) = (trace.Setup.Buffers[index].Base, trace.Setup.Buffers[index].Bytes);
        const ulong guard = ShadowBuffer.Guard;
        bool Free(ulong from, ulong size) =>
            from <= MemoryBytes && size <= MemoryBytes - from
            && (!PoolsGrow || IsInPageOf(from, size, address, bytes))
            && !Pools.Exists(p => p.Overlaps(from, size))
            && !trace.Setup.Buffers.Where((_, i) => i != index)
                .Any(b => b.Base < from + size && from < b.Base + b.Bytes);
        return new ShadowBuffer(
            trace.Trace.Buffers[index].Name,
            address,
            bytes,
            address >= guard && Free(address - guard, guard) ? ShadowBuffer.Guard : 0,
            Free(address + bytes, guard) ? ShadowBuffer.Guard : 0);
    }

    private bool IsInPageOf(ulong from, ulong size, ulong address, ulong bytes) =>
        from / PageBytes >= address / PageBytes
        && (from + size - 1) / PageBytes <= (address + bytes - 1) / PageBytes;
}
