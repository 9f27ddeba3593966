// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Dmadiff.Bindings;

namespace Dmadiff.ManagedPort.Machine;

/// <summary>
/// The kernel log. A line is a level digit (or W, B, P, M), a space and the text; lines are
/// kept as the bytes that digests and readers see, each with a newline.
/// </summary>
public sealed class Log
{
    private readonly List<int> _lineStarts = [];
    private byte[] _text = new byte[4096];
    private int _length;

    /// <summary>Lines since power-on.</summary>
    public int Lines => _lineStarts.Count;

    /// <summary>Bytes since power-on.</summary>
    public int Length => _length;

    /// <summary>Forgets everything.</summary>
    public void PowerOn()
    {
        _lineStarts.Clear();
        _length = 0;
    }

    /// <summary>printk at KERN_INFO.</summary>
    public void Info(string text) => Append('6', text);

    /// <summary>printk at KERN_NOTICE.</summary>
    public void Notice(string text) => Append('5', text);

    /// <summary>printk at KERN_WARNING.</summary>
    public void Warning(string text) => Append('4', text);

    /// <summary>printk at KERN_ERR.</summary>
    public void Error(string text) => Append('3', text);

    /// <summary>WARN(1, text) in a function.</summary>
    public void Warn(string function, string text) => Append('W', $"{function}: {text}");

    /// <summary>WARN_ON(1) in a function.</summary>
    public void Warn(string function) => Append('W', function);

    /// <summary>BUG() in a function: the machine dies.</summary>
    /// <exception cref="KernelDeathException">Always.</exception>
    [DoesNotReturn]
    public void Bug(string function)
    {
        Append('B', function);
        throw new KernelDeathException(AbiCrashKind.Bug, function, "BUG");
    }

    /// <summary>A service was misused: the machine dies.</summary>
    /// <exception cref="KernelDeathException">Always.</exception>
    [DoesNotReturn]
    public void Misuse(string service, string what)
    {
        string text = $"{service}: {what}";
        Append('M', text);
        throw new KernelDeathException(AbiCrashKind.Misuse, service, text);
    }

    /// <summary>The machine was misused, in a way that names itself: it dies.</summary>
    /// <exception cref="KernelDeathException">Always.</exception>
    [DoesNotReturn]
    public void Misuse(string what)
    {
        Append('M', what);
        throw new KernelDeathException(AbiCrashKind.Misuse, string.Empty, what);
    }

    /// <summary>Digest of all bytes from a position on.</summary>
    /// <param name="start">An earlier <see cref="Length"/>.</param>
    /// <returns>The digest; 0 when there are none.</returns>
    public unsafe ulong DigestFrom(int start)
    {
        if (start == _length)
        {
            return 0;
        }
        fixed (byte* text = _text)
        {
            return Digest.Of(0, text + start, (ulong)(_length - start));
        }
    }

    /// <summary>Lines from a 0-based number on, without their newlines.</summary>
    public IReadOnlyList<string> Read(int firstLine)
    {
        var lines = new List<string>();
        for (int i = Math.Max(firstLine, 0); i < Lines; i++)
        {
            int start = _lineStarts[i];
            int end = i + 1 < Lines ? _lineStarts[i + 1] : _length;
            lines.Add(Encoding.UTF8.GetString(_text, start, end - 1 - start));
        }
        return lines;
    }

    private void Append(char level, string text)
    {
        int room = Encoding.UTF8.GetMaxByteCount(text.Length) + 3;
        if (_text.Length - _length < room)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _length + room));
        }
        _lineStarts.Add(_length);
        _text[_length++] = (byte)level;
        _text[_length++] = (byte)' ';
        _length += Encoding.UTF8.GetBytes(text, _text.AsSpan(_length));
        _text[_length++] = (byte)'\n';
    }
}
