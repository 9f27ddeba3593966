// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Recordings;

/// <summary>
/// Reads a text line by line in a buffer of fixed size, so that a file of any length takes the
/// same memory. Lines end with LF or CR LF, the last one also with the end of the text.
/// </summary>
/// <param name="stream">The text; stays the caller's to dispose.</param>
internal sealed class LineReader(Stream stream)
{
    /// <summary>Longest line, in bytes. The kernel's own lines end at 8 KiB; what is longer
    /// is handed out cut off, as <see cref="IsCut"/> tells.</summary>
    public const int LongestLine = 256 << 10;

    private readonly byte[] _buffer = new byte[4 * LongestLine];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>Number of the line read last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Bytes of all lines read.</summary>
    public long Bytes { get; private set; }

    /// <summary>The line read last was longer than <see cref="LongestLine"/>.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Reads the next line.</summary>
    /// <param name="line">Its bytes without the end of line; good until the next call.</param>
    /// <returns>False at the end of the text.</returns>
    public bool Read(out ReadOnlySpan<byte> line)
    {
        IsCut = false;
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n')) < 0)
        {
            if (_ended || _end - _start > LongestLine)
            {
                return ReadLast(out line);
            }

            Fill();
        }

        line = Take(length, length + 1);
        return true;
    }

    // The end of the text, or of our patience.
    private bool ReadLast(out ReadOnlySpan<byte> line)
    {
        var rest = _end - _start;
        if (rest == 0)
        {
            line = default;
            return false;
        }

        if (_ended && rest <= LongestLine)
        {
            line = Take(rest, rest);
            return true;
        }

        var head = _buffer.AsSpan(_start, LongestLine).ToArray();
        Bytes += LongestLine;
        _start += LongestLine;
        Skip();
        IsCut = true;
        Number++;
        line = head;
        return true;
    }

    private void Skip()
    {
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n')) < 0)
        {
            Bytes += _end - _start;
            _start = _end;
            if (_ended)
            {
                return;
            }

            Fill();
        }

        Bytes += length + 1;
        _start += length + 1;
    }

    private ReadOnlySpan<byte> Take(int length, int consumed)
    {
        var line = _buffer.AsSpan(_start, length);
        _start += consumed;
        Bytes += consumed;
        Number++;
        return line.Length > 0 && line[^1] == '\r' ? line[..^1] : line;
    }

    private void Fill()
    {
        if (_start > 0 && _buffer.Length - _end < LongestLine)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _ended = read == 0;
    }
}
