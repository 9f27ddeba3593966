// SPDX-License-Identifier: GPL-2.0-only
using System.Buffers.Text;

namespace Dmadiff.Diff.Recordings;

/// <summary>What a recording says of itself: who wrote it, on how many CPUs, what was lost.
/// </summary>
internal sealed class RecordingHeader
{
    /// <summary>CPUs that were online, or 0 when the text does not say.</summary>
    public int Cpus { get; private set; }

    /// <summary>Events that were overwritten before the text begins.</summary>
    public long Overwritten { get; private set; }

    /// <summary>Who wrote the text.</summary>
    public string Dialect => _isPerf ? "perf script" : _isTraceCmd ? "trace-cmd report" : "trace";

    /// <summary>CPUs that events happened on: the highest number and one.</summary>
    public int CpusSeen { get; private set; }

    private bool _isPerf;
    private bool _isTraceCmd;

    /// <summary>Takes in the front part of an event.</summary>
    public void Note(in EventLine parts)
    {
        _isPerf |= parts.HasSystem;
        CpusSeen = Math.Max(CpusSeen, parts.Cpu + 1);
    }

    /// <summary>Takes in a line that is no event.</summary>
    /// <param name="line">The line.</param>
    /// <param name="lost">-1, or how many events were lost here; 0 when that is not known.
    /// </param>
    /// <returns>False for a line that says nothing.</returns>
    public bool Note(ReadOnlySpan<byte> line, out long lost)
    {
        lost = -1;
        if (line.StartsWith("#"u8))
        {
            NoteComment(line);
            return true;
        }

        if (line.StartsWith("cpus="u8) && Utf8Parser.TryParse(line[5..], out int cpus, out _))
        {
            _isTraceCmd = true;
            Cpus = Math.Max(Cpus, cpus);
            return true;
        }

        // "CPU:0 [LOST 12 EVENTS]", "CPU:0 [12 EVENTS DROPPED]", "CPU 0 is empty".
        if (!line.StartsWith("CPU"u8) && !line.StartsWith("version = "u8))
        {
            return false;
        }

        _isTraceCmd |= line.StartsWith("CPU "u8) || line.StartsWith("version"u8);
        var open = line.IndexOf((byte)'[');
        var said = open < 0 ? default : line[open..];
        if (said.IndexOf("LOST"u8) >= 0 || said.IndexOf("DROPPED"u8) >= 0)
        {
            lost = FirstNumber(said);
        }

        return true;
    }

    /// <summary>The first number in a text, or 0.</summary>
    public static long FirstNumber(ReadOnlySpan<byte> text)
    {
        var digit = text.IndexOfAnyInRange((byte)'0', (byte)'9');
        return digit >= 0 && Utf8Parser.TryParse(text[digit..], out long number, out _)
            ? number
            : 0;
    }

    private void NoteComment(ReadOnlySpan<byte> line)
    {
        var processors = line.IndexOf("#P:"u8);
        if (processors >= 0 && Utf8Parser.TryParse(line[(processors + 3)..], out int cpus, out _))
        {
            Cpus = Math.Max(Cpus, cpus);
        }

        var written = line.IndexOf("entries-written:"u8);
        if (written >= 0)
        {
            var numbers = line[(written + 16)..].TrimStart((byte)' ');
            if (Utf8Parser.TryParse(numbers, out long kept, out var digits)
                && digits < numbers.Length && numbers[digits] == '/'
                && Utf8Parser.TryParse(numbers[(digits + 1)..], out long all, out _))
            {
                Overwritten += Math.Max(0, all - kept);
            }
        }
    }
}
