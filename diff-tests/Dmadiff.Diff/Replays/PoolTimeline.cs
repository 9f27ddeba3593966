// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Recordings;

namespace Dmadiff.Diff.Replays;

/// <summary>The default pool over one stretch of a replay.</summary>
/// <param name="Operations">Operations in it.</param>
/// <param name="MostUsed">Most slots that were in use.</param>
/// <param name="UsedAtEnd">Slots in use at its end.</param>
/// <param name="BouncedBytes">Bytes that were mapped through the pool.</param>
/// <param name="TornFree">Free slots at its end that lie in segments of 256 KiB of which others
/// are in use: room for small mappings alone.</param>
/// <param name="LargestFree">Longest run of free slots at its end.</param>
public sealed record PoolStretch(
    long Operations,
    ulong MostUsed,
    ulong UsedAtEnd,
    ulong BouncedBytes,
    ulong TornFree,
    ulong LargestFree);

/// <summary>Follows the default pool of one machine through a replay.</summary>
public sealed class PoolTimeline
{
    private const int SegmentSlots = 128;
    private readonly List<PoolStretch> _stretches = [];
    private long _operations;
    private ulong _mostUsed;
    private ulong _used;
    private ulong _bouncedBytes;

    /// <summary>Slots of the pool; 0 without one.</summary>
    public ulong Slots { get; private set; }

    /// <summary>The stretches, one after the other.</summary>
    public IReadOnlyList<PoolStretch> Stretches => _stretches;

    /// <summary>Mappings that went through the pool.</summary>
    public long Bounces { get; private set; }

    /// <summary>Mappings that failed.</summary>
    public long Failures { get; private set; }

    /// <summary>Takes in a machine that has booted.</summary>
    public void Boot(IEngine engine)
    {
        if (engine.ReadPool(0) is { } pool)
        {
            Slots = pool.Nslabs;
        }
    }

    /// <summary>Takes in what came of an operation.</summary>
    public void Take(in ReplayStep step, in AbiResult result)
    {
        _operations++;
        if (step.Op.Kind is not (AbiOpKind.Map or AbiOpKind.Unmap))
        {
            return;
        }

        if (result.Status == AbiStatus.Ok)
        {
            _used = result.Used;
            _mostUsed = Math.Max(_mostUsed, result.Used);
            if (step.Op.Kind == AbiOpKind.Map && result.Area != AbiConstants.None)
            {
                Bounces++;
                _bouncedBytes += step.Op.Size;
            }
        }
        else if (result.Status == AbiStatus.MappingError)
        {
            Failures++;
        }
    }

    /// <summary>Ends a stretch and looks at the slots.</summary>
    public void EndStretch(IEngine engine)
    {
        ulong torn = 0;
        ulong largest = 0;
        for (long first = 0; first < (long)Slots; first += SegmentSlots)
        {
            ulong free = 0;
            ulong run = 0;
            var slots = engine.ReadSlots(0, first, SegmentSlots);
            foreach (var slot in slots)
            {
                run = slot.List > 0 ? run + 1 : 0;
                free += slot.List > 0 ? 1UL : 0;
                largest = Math.Max(largest, run);
            }

            torn += free < (ulong)slots.Length ? free : 0;
        }

        _stretches.Add(new PoolStretch(
            _operations, _mostUsed, _used, _bouncedBytes, torn, largest));
        (_operations, _mostUsed, _bouncedBytes) = (0, _used, 0);
    }
}
