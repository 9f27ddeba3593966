// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract.Shadow;

namespace Dmadiff.Diff.Contract.Rules;

/// <summary>Slot tables as they were after boot: a digest of all, and the slots themselves when
/// a difference is to be told exactly.</summary>
internal sealed class SlotTables
{
    private readonly ulong _digest;
    private readonly List<(ShadowPool Pool, AbiSlotState[] Slots)> _slots = [];

    /// <summary>Reads them.</summary>
    /// <param name="step">Has the machine, right after boot.</param>
    public SlotTables(ContractStep step)
    {
        _digest = Digest(step);
        if (step.IsThorough)
        {
            _slots.AddRange(step.Shadow.Pools.Select(pool => (pool, Read(step, pool))));
        }
    }

    /// <summary>How they differ now, or null.</summary>
    public (string Expected, string Actual)? Difference(ContractStep step)
    {
        if (step.Shadow.Later.Count > 0)
        {
            return LaterDifference(step);
        }

        // With IOVA domains, the digest is over those too.
        if (IovaRule.AnyDomain(step.Engine) || Digest(step) == _digest)
        {
            return null;
        }

        foreach (var (pool, before) in _slots)
        {
            var now = Read(step, pool);
            for (var i = 0; i < before.Length && i < now.Length; i++)
            {
                if (Text(before[i]) != Text(now[i]))
                {
                    return ($"slot {i} of {pool.Name}: {Text(before[i])}", Text(now[i]));
                }
            }
        }

        return ("slot tables as after boot, since nothing is mapped", "others");
    }

    // A pool that has grown keeps what it got; only what is for one device goes with its
    // mapping.
    private static (string Expected, string Actual)? LaterDifference(ContractStep step)
    {
        foreach (var later in step.Shadow.Later)
        {
            if (later.IsTransient)
            {
                return (
                    "no transient pool, since nothing is mapped",
                    $"one of {later.Bytes} bytes at 0x{later.Start:x}");
            }

            var slots = step.Engine.ReadSlots(later.Number, 0, (int)later.Slots);
            if (later.Used > 0 || Array.Exists(slots, s => s.OrigAddr != AbiConstants.NoAddress))
            {
                return (
                    $"a free pool at 0x{later.Start:x}, since nothing is mapped",
                    $"{later.Used} used slots");
            }
        }

        return null;
    }

    private static ulong Digest(ContractStep step) =>
        step.Op.Kind == AbiOpKind.Check && step.Succeeded && step.Result.SlotDigest != 0
            ? step.Result.SlotDigest
            : step.Ask(new AbiOp { Kind = AbiOpKind.Check }).SlotDigest;

    private static AbiSlotState[] Read(ContractStep step, ShadowPool pool) =>
        step.Engine.ReadSlots(pool.Index, 0, (int)pool.Slots);

    private static string Text(in AbiSlotState slot)
    {
        var held = slot.OrigAddr == AbiConstants.NoAddress
            ? "free"
            : $"holds 0x{slot.OrigAddr:x}, {slot.AllocSize} bytes";
        return $"{held}, list {slot.List}, padding {slot.PadSlots}";
    }
}
