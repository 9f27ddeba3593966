// SPDX-License-Identifier: GPL-2.0-only
using System.Text;

namespace Dmadiff.Diff.Recordings;

/// <summary>Numbers names that come as bytes, without making a string for each time that one
/// comes by. There are few of them.</summary>
internal sealed class NameTable
{
    /// <summary>Most names that are taken in.</summary>
    public int Most { get; init; } = 4096;

    private readonly List<byte[]> _bytes = [];
    private readonly List<string> _names = [];
    private int _last;

    /// <summary>How many there are.</summary>
    public int Count => _names.Count;

    /// <summary>The name with a number; "others" for -1.</summary>
    public string Name(int number) => number < 0 ? "others" : _names[number];

    /// <summary>The number of a name, from 0 on; -1 when there are too many.</summary>
    public int Number(ReadOnlySpan<byte> name)
    {
        if (_last < _bytes.Count && name.SequenceEqual(_bytes[_last]))
        {
            return _last;
        }

        for (var i = 0; i < _bytes.Count; i++)
        {
            if (name.SequenceEqual(_bytes[i]))
            {
                return _last = i;
            }
        }

        if (_bytes.Count == Most)
        {
            return -1;
        }

        _bytes.Add(name.ToArray());
        _names.Add(Encoding.UTF8.GetString(name));
        return _last = _bytes.Count - 1;
    }
}
