// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Reports;

/// <summary>A run of slots that tell one story on either side.</summary>
/// <param name="First">Index of the first slot.</param>
/// <param name="Last">Index of the last slot.</param>
/// <param name="Left">What the left side has there.</param>
/// <param name="Right">What the right side has there.</param>
internal readonly record struct SlotRow(int First, int Last, string Left, string Right);

/// <summary>Finds the slots in which two tables differ, and puts neighbours together.</summary>
internal static class SlotRows
{
    private const int SlotBytes = 2048;

    public static IEnumerable<SlotRow> Differing(PoolSnapshot left, PoolSnapshot right)
    {
        var count = Math.Max(left.Slots.Count, right.Slots.Count);
        for (var first = 0; first < count;)
        {
            var last = first;
            var differs = !Same(left, right, first);
            while (last + 1 < count && GoesOn(left, last) && GoesOn(right, last))
            {
                last++;
                differs |= !Same(left, right, last);
            }

            if (differs)
            {
                yield return new SlotRow(
                    first, last, Describe(left, first, last), Describe(right, first, last));
            }

            first = last + 1;
        }
    }

    private static bool Same(PoolSnapshot left, PoolSnapshot right, int index) =>
        index < left.Slots.Count && index < right.Slots.Count
        && Key(left.Slots[index]) == Key(right.Slots[index]);

    private static (ulong, ulong, uint, uint) Key(AbiSlotState slot) =>
        (slot.OrigAddr, slot.AllocSize, slot.List, slot.PadSlots);

    // Whether the next slot only says what this one has said.
    private static bool GoesOn(PoolSnapshot pool, int index)
    {
        if (index + 1 >= pool.Slots.Count)
        {
            return index >= pool.Slots.Count;
        }

        var (slot, next) = (pool.Slots[index], pool.Slots[index + 1]);
        if (IsFree(slot))
        {
            return IsFree(next) && (slot.List == next.List + 1 || slot.List == 1);
        }

        return !IsFree(next)
            && next.PadSlots == 0
            && (slot.OrigAddr == AbiConstants.NoAddress
                ? next.OrigAddr == AbiConstants.NoAddress
                : next.OrigAddr == slot.OrigAddr + SlotBytes);
    }

    private static bool IsFree(AbiSlotState slot) =>
        slot.List != 0 && slot.OrigAddr == AbiConstants.NoAddress;

    private static string Describe(PoolSnapshot pool, int first, int last)
    {
        if (first >= pool.Slots.Count)
        {
            return "no such slot";
        }

        var slot = pool.Slots[first];
        if (IsFree(slot))
        {
            return first == last ? $"free, list {slot.List}" : $"free, list {slot.List} down";
        }

        if (slot.OrigAddr == AbiConstants.NoAddress)
        {
            return "used, no address";
        }

        var pad = slot.PadSlots == 0 ? "" : $", {slot.PadSlots} pad before";
        return $"{Quantity.FormatHex(slot.OrigAddr)} size {slot.AllocSize}{pad}";
    }
}
