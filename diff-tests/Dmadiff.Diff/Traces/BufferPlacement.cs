// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Traces;

/// <summary>
/// Chooses addresses for buffers that are declared without one: page aligned, from 16 MiB
/// upward, a free page between neighbours, clear of pools and of buffers with an address.
/// The same declarations always get the same addresses.
/// </summary>
internal static class BufferPlacement
{
    private const ulong First = 16UL << 20;

    // The machine takes the first 1 MiB at boot.
    private const ulong LowestUsable = 1UL << 20;

    /// <summary>The address of every buffer, or null for one that has no place.</summary>
    /// <param name="trace">Only its declarations are looked at.</param>
    /// <param name="report">Told the index and what is wrong of each such buffer.</param>
    public static ulong?[] Place(Trace trace, Action<int, string> report)
    {
        var taken = trace.Pools.Select(p => (p.Name, Start: p.Base, p.Bytes)).ToList();
        taken.AddRange(trace.Devices.Where(d => d.CoherentBytes > 0)
            .Select(d => ($"memory of {d.Name}", d.CoherentBase, d.CoherentBytes)));
        var places = new ulong?[trace.Buffers.Count];
        for (var i = 0; i < places.Length; i++)
        {
            var (name, bytes, at) = trace.Buffers[i];
            if (at is null)
            {
                continue;
            }

            if (Complaint(at.Value, bytes, trace.Machine, taken) is { } complaint)
            {
                report(i, complaint);
                continue;
            }

            places[i] = at;
            taken.Add((name, at.Value, bytes));
        }

        PlaceRest(trace, places, taken, report);
        return places;
    }

    private static void PlaceRest(
        Trace trace,
        ulong?[] places,
        List<(string Name, ulong Start, ulong Bytes)> taken,
        Action<int, string> report)
    {
        var next = First;
        var page = trace.Configuration.PageBytes;
        for (var i = 0; i < places.Length; i++)
        {
            var (_, bytes, at) = trace.Buffers[i];
            if (at is not null)
            {
                continue;
            }

            while (taken.Find(r => Overlap(next, bytes + page, r.Start, r.Bytes)) is var hit
                && hit.Bytes != 0)
            {
                next = RoundUp(hit.Start + hit.Bytes, page) + page;
            }

            var end = trace.Machine.HighmemFrom > 0
                ? trace.Machine.HighmemFrom
                : trace.Machine.MemoryBytes;
            if (next + bytes > end)
            {
                report(i, $"no room for {Quantity.FormatSize(bytes)} below the end of memory");
                continue;
            }

            places[i] = next;
            next = RoundUp(next + bytes, page) + page;
        }
    }

    private static string? Complaint(
        ulong at,
        ulong bytes,
        MachineDeclaration machine,
        List<(string Name, ulong Start, ulong Bytes)> taken)
    {
        var (memory, highmem) = (machine.MemoryBytes, machine.HighmemFrom);
        if (at < LowestUsable)
        {
            return "the first 1M of memory is taken at boot";
        }

        if (at >= memory || bytes > memory - at)
        {
            return $"the buffer leaves memory, which ends at {Quantity.FormatHex(memory)}";
        }

        if (highmem > at && highmem - at < bytes)
        {
            return $"the buffer is in low and in high memory, which begins at "
                + Quantity.FormatHex(highmem);
        }

        var hit = taken.Find(region => Overlap(at, bytes, region.Start, region.Bytes));
        return hit.Bytes == 0 ? null : $"the buffer overlaps {hit.Name}";
    }

    private static bool Overlap(ulong start, ulong bytes, ulong otherStart, ulong otherBytes) =>
        start < otherStart ? bytes > otherStart - start : otherBytes > start - otherStart;

    private static ulong RoundUp(ulong value, ulong page) => (value + page - 1) & ~(page - 1);
}
