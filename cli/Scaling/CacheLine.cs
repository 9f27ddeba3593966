// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Cli.Scaling;

/// <summary>Who has a cache line: one CPU that wrote it last, and CPUs that have read it since.
/// </summary>
internal sealed class CacheLine
{
    private const int Nobody = -1;

    private int _writer = Nobody;
    private int _reader = Nobody;
    private HashSet<int>? _moreReaders;

    /// <summary>When the lock in it is free.</summary>
    public ulong FreeAt { get; set; }

    /// <summary>A CPU reads it.</summary>
    /// <returns>Whether it had to come from another CPU.</returns>
    public bool Read(int cpu)
    {
        if (_writer == cpu || _reader == cpu || (_moreReaders?.Contains(cpu) ?? false))
        {
            return false;
        }
        bool moved = _writer != Nobody || _reader != Nobody;
        if (_reader == Nobody)
        {
            _reader = cpu;
        }
        else
        {
            (_moreReaders ??= []).Add(cpu);
        }
        return moved;
    }

    /// <summary>A CPU writes it, which takes it from all others.</summary>
    /// <returns>Whether another CPU had it.</returns>
    public bool Write(int cpu)
    {
        bool moved = (_writer != Nobody && _writer != cpu)
            || (_reader != Nobody && _reader != cpu)
            || _moreReaders is { Count: > 0 };
        _writer = cpu;
        _reader = Nobody;
        _moreReaders?.Clear();
        return moved;
    }
}
