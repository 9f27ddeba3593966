// SPDX-License-Identifier: GPL-2.0-only
using System.Buffers.Text;

namespace Dmadiff.Diff.Recordings;

/// <summary>The parts that the recorders put in front of every event, whichever of them wrote
/// the line: "TASK [CPU] FLAGS TIME: SYSTEM:EVENT: PAYLOAD".</summary>
internal ref struct EventLine
{
    /// <summary>The task, as the recorder writes it.</summary>
    public ReadOnlySpan<byte> Task;

    /// <summary>The CPU.</summary>
    public int Cpu;

    /// <summary>Nanoseconds.</summary>
    public ulong Time;

    /// <summary>The event without its system.</summary>
    public ReadOnlySpan<byte> Name;

    /// <summary>There was a system in front of the name, as perf writes it.</summary>
    public bool HasSystem;

    /// <summary>What follows the name.</summary>
    public ReadOnlySpan<byte> Payload;

    /// <summary>Splits a line.</summary>
    /// <returns>False for a line that is no event.</returns>
    public static bool Split(ReadOnlySpan<byte> line, out EventLine parts)
    {
        parts = default;
        var after = FindCpu(line, ref parts);
        after = after < 0 ? -1 : FindTime(line, after, out parts.Time);
        return after >= 0 && FindName(line[after..], ref parts);
    }

    // "[003]", the first in the line; or trace-cmd's latency format, "3d..1.". Returns where
    // it ends, or -1.
    private static int FindCpu(ReadOnlySpan<byte> line, ref EventLine parts)
    {
        for (var from = 0; ;)
        {
            var open = line[from..].IndexOf((byte)'[');
            if (open < 0)
            {
                return FindLatencyCpu(line, ref parts);
            }

            open += from;
            if (Utf8Parser.TryParse(line[(open + 1)..], out int cpu, out var digits)
                && cpu >= 0 && open + 1 + digits < line.Length
                && line[open + 1 + digits] == ']')
            {
                parts.Cpu = cpu;
                parts.Task = line[..open].Trim((byte)' ');
                return open + digits + 2;
            }

            from = open + 1;
        }
    }

    private static int FindLatencyCpu(ReadOnlySpan<byte> line, ref EventLine parts)
    {
        var dash = line.IndexOf((byte)'-');
        var space = dash < 0 ? -1 : line[dash..].IndexOf((byte)' ');
        if (space < 0)
        {
            return -1;
        }

        var start = dash + space;
        while (start < line.Length && line[start] == ' ')
        {
            start++;
        }

        if (!Utf8Parser.TryParse(line[start..], out int cpu, out var digits) || cpu < 0)
        {
            return -1;
        }

        parts.Cpu = cpu;
        parts.Task = line[..(dash + space)].Trim((byte)' ');
        return start + digits;
    }

    // "   7.524915:", after flags or without them. Returns where it ends, or -1.
    private static int FindTime(ReadOnlySpan<byte> line, int from, out ulong time)
    {
        time = 0;
        for (var words = 0; words < 3; words++)
        {
            while (from < line.Length && line[from] == ' ')
            {
                from++;
            }

            var length = line[from..].IndexOf((byte)' ');
            if (length <= 0)
            {
                return -1;
            }

            if (line[from + length - 1] == ':'
                && ParseTime(line.Slice(from, length - 1), out time))
            {
                return from + length;
            }

            from += length;
        }

        return -1;
    }

    private static bool ParseTime(ReadOnlySpan<byte> text, out ulong time)
    {
        time = 0;
        if (!Utf8Parser.TryParse(text, out ulong whole, out var digits))
        {
            return false;
        }

        if (digits == text.Length)
        {
            // A clock that counts.
            time = whole;
            return true;
        }

        if (text[digits] != '.' || whole > ulong.MaxValue / 2_000_000_000)
        {
            return false;
        }

        var fraction = text[(digits + 1)..];
        ulong nanoseconds = 0;
        for (var i = 0; i < 9; i++)
        {
            var digit = i < fraction.Length ? fraction[i] - '0' : 0;
            if (digit is < 0 or > 9)
            {
                return false;
            }

            nanoseconds = (nanoseconds * 10) + (ulong)digit;
        }

        time = (whole * 1_000_000_000) + nanoseconds;
        return true;
    }

    private static ReadOnlySpan<byte> PerfLost => "PERF_RECORD_LOST"u8;

    // "dma_map_page:", "dma:dma_map_page:", "iommu:map:", "PERF_RECORD_LOST".
    private static bool FindName(ReadOnlySpan<byte> text, ref EventLine parts)
    {
        text = text.TrimStart((byte)' ');
        var end = text.IndexOf((byte)' ');
        var word = end < 0 ? text : text[..end];
        if (word.Length < 2 || (word[^1] != ':' && !word.SequenceEqual(PerfLost)))
        {
            return false;
        }

        word = word.TrimEnd((byte)':');
        var system = word.LastIndexOf((byte)':');
        parts.HasSystem = system >= 0;
        parts.Name = word[(system + 1)..];
        parts.Payload = end < 0 ? default : text[end..].Trim((byte)' ');
        return true;
    }
}
