// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.FlushPolicies;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.Cli.Scaling;

/// <summary>
/// One IOMMU. A flush is put into its queue, under the queue's lock, and waited for; the IOMMU
/// does one at a time.
/// </summary>
/// <param name="model">The machine.</param>
internal sealed class ModelIotlb(CacheModel model) : IIotlb
{
    private readonly nint _queue = model.Place(2);
    private ulong _idleAt;
    private long _unflushed;

    /// <summary>Flushes, of either kind.</summary>
    public ulong Flushes { get; private set; }

    /// <summary>The most ranges that were unmapped, and not flushed, at a time.</summary>
    public long MostUnflushed { get; private set; }

    /// <summary>A range was unmapped: devices may still reach it.</summary>
    public void Unmapped() => MostUnflushed = Math.Max(MostUnflushed, ++_unflushed);

    /// <inheritdoc/>
    public void FlushAll()
    {
        Flush();
        _unflushed = 0;
    }

    /// <inheritdoc/>
    public void FlushRange(ulong pfn, ulong pages)
    {
        Flush();
        _unflushed--;
    }

    /// <summary>Counts from 0 again.</summary>
    public void Recount()
    {
        Flushes = 0;
        MostUnflushed = _unflushed;
    }

    private void Flush()
    {
        Flushes++;
        model.Acquire(_queue);
        model.Write(_queue + IMemoryObserver.LineBytes);
        _idleAt = Math.Max(_idleAt, model.Now) + ModelCosts.Flush;
        model.Release(_queue);
        model.WaitUntil(_idleAt);
    }
}
