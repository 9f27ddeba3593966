// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Recordings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Cli.Output;

/// <summary>What a recording holds, what machine was made of it, and what was left out.
/// </summary>
internal static class RecordingSummary
{
    /// <summary>Writes it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="recording">The recording.</param>
    /// <param name="steps">Its steps, read to their end.</param>
    public static void Write(TextWriter output, Recording recording, RecordingSteps steps)
    {
        double seconds = (recording.LastTime - recording.FirstTime) / 1e9;
        Row(output, "recorded",
            $"{Summary.Count(recording.Events, "event")} in {seconds:F3} s on "
            + $"{Summary.Count(recording.Cpus, "CPU")}, as {recording.Dialect} prints them");
        Row(output, "tasks", Tasks(recording));
        WriteGaps(output, recording);
        Row(output, "pool", Pool(recording.Pool));
        foreach (RecordedDevice device in recording.Devices)
        {
            Row(output, $"device {device.Name}", Device(device));
        }

        if (recording.IsClockFound)
        {
            Row(output, "timer ticks",
                $"{recording.Clock.TicksPerSecond} a second, "
                + $"{recording.Clock.PhaseNanoseconds / 1e6:F2} ms after each multiple of "
                + $"{recording.Clock.TickNanoseconds / 1e6:0.##} ms: fits best");
        }

        WriteMemory(output, recording);
        foreach (CountedKind row in steps.Operations)
        {
            Row(output, "operation", $"{row.Count,11:N0}  {row.Kind}");
        }

        if (steps.PrologueOperations > 0)
        {
            Row(output, "added",
                $"{Summary.Count(steps.PrologueOperations, "operation")} in front, to bring the "
                + "pool to where it was");
        }

        if (steps.Live > 0)
        {
            Row(output, "still mapped", $"{steps.Live,11:N0}  at the end");
        }

        foreach (CountedKind row in steps.Dropped)
        {
            Row(output, "not replayed", $"{row.Count,11:N0}  {row.Kind}");
        }

        foreach (CountedKind row in recording.OtherEvents)
        {
            Row(output, "not replayed", $"{row.Count,11:N0}  {row.Kind} events");
        }

        if (recording.OtherLines > 0)
        {
            Row(output, "not replayed", $"{recording.OtherLines,11:N0}  lines that are no events");
        }

        if (recording.BadLineCount > 0)
        {
            Row(output, "not replayed",
                $"{recording.BadLineCount,11:N0}  lines that cannot be read");
        }

        output.WriteLine();
    }

    /// <summary>Writes the lines that cannot be read, one each, as compilers do.</summary>
    public static void WriteBadLines(TextWriter errors, string file, Recording recording)
    {
        foreach (BadLine line in recording.BadLines)
        {
            errors.WriteLine($"dmadiff: {file}:{line.Line}: {line.Why}; left out");
        }

        long more = recording.BadLineCount - recording.BadLines.Count;
        if (more > 0)
        {
            errors.WriteLine($"dmadiff: {file}: {more} more not shown");
        }
    }

    private static void WriteGaps(TextWriter output, Recording recording)
    {
        if (recording.Overwritten > 0)
        {
            Row(output, "starts late", $"{recording.Overwritten:N0} events before it are lost");
        }

        if (recording.Earlier > 0)
        {
            Row(output, "mapped before",
                $"{recording.Earlier:N0} mappings end in it, {recording.EarlierMade:N0} of them "
                + "in the pool are made again");
        }

        if (recording.Lost > 0)
        {
            Row(output, "gaps", $"{recording.Lost:N0} events or more were lost on the way");
        }
    }

    private static void WriteMemory(TextWriter output, Recording recording)
    {
        string moved = recording.MovedBytes > 0
            ? $", {Quantity.FormatSize(recording.MovedBytes)} of it at another address"
            : string.Empty;
        Row(output, "memory",
            $"{Quantity.FormatSize(recording.BufferBytes)} mapped, in "
            + $"{Summary.Count(recording.Header.Buffers.Count, "buffer")}{moved}");
    }

    private static string Tasks(Recording recording)
    {
        const int shown = 4;
        IEnumerable<string> most = recording.Tasks.Take(shown).Select(t => $"{t.Kind} {t.Count:N0}");
        return string.Join(", ", most)
            + (recording.Tasks.Count > shown ? $", {recording.Tasks.Count - shown} more" : "");
    }

    private static string Pool(RecordedPool? pool)
    {
        if (pool is null)
        {
            return "none: nothing was bounced";
        }

        string guess = pool.IsGuess ? "; a guess, --pool tells better" : string.Empty;
        return $"{Quantity.FormatHex(pool.Base)}, {Quantity.FormatSize(pool.Bytes)}, "
            + $"{Summary.Count(pool.Areas, "area")}{guess}";
    }

    private static string Device(RecordedDevice device)
    {
        var parts = new List<string>();
        void Add(long count, string what)
        {
            if (count > 0)
            {
                parts.Add($"{count:N0} {what}");
            }
        }

        Add(device.Bounced, "bounced");
        Add(device.Direct, "direct");
        Add(device.Translated, $"behind an IOMMU{Mode(device.Iommu)}");
        string align = device.MinAlignMask > 0
            ? $", min_align={Quantity.FormatHex(device.MinAlignMask)}"
            : string.Empty;
        string all = parts.Count > 0 ? string.Join(", ", parts) : "nothing mapped";
        return $"{device.RecordedName}: {all}{align}";
    }

    private static string Mode(AbiIommuMode mode) =>
        mode == AbiIommuMode.None ? string.Empty : $" ({TraceWords.Of(mode)})";

    private static void Row(TextWriter output, string head, string text) =>
        output.WriteLine($"{head,-14} {text}");
}
