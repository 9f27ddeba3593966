// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Cli.Scaling;

/// <summary>Who has a cache line: one CPU that wrote it last, and CPUs that have read it since.
/// </summary>
internal sealed class CacheLine
{
    private const int Nobody = -1;
    private const int WordBits = 64;

    private int _writer = Nobody;
    private int _reader = Nobody;
    private int _secondReader = Nobody;

    // A bit a CPU, for the few lines that more have read.
    private ulong[]? _moreReaders;

    /// <summary>When the lock in it is free.</summary>
    public ulong FreeAt { get; set; }

    /// <summary>A CPU reads it.</summary>
    /// <param name="cpu">Which.</param>
    /// <param name="cpus">How many there are.</param>
    /// <returns>Whether it had to come from another CPU.</returns>
    public bool Read(int cpu, int cpus)
    {
        if (_writer == cpu || _reader == cpu || _secondReader == cpu)
        {
            return false;
        }
        bool moved = _writer != Nobody || _reader != Nobody;
        if (_reader == Nobody)
        {
            _reader = cpu;
        }
        else if (_secondReader == Nobody)
        {
            _secondReader = cpu;
        }
        else
        {
            _moreReaders ??= new ulong[(cpus + WordBits - 1) / WordBits];
            ulong bit = 1UL << (cpu % WordBits);
            moved = (_moreReaders[cpu / WordBits] & bit) == 0;
            _moreReaders[cpu / WordBits] |= bit;
        }
        return moved;
    }

    /// <summary>A CPU writes it, which takes it from all others.</summary>
    /// <param name="cpu">Which.</param>
    /// <returns>Whether another CPU had it.</returns>
    public bool Write(int cpu)
    {
        bool moved = (_writer != Nobody && _writer != cpu)
            || (_reader != Nobody && _reader != cpu)
            || _secondReader != Nobody;
        _writer = cpu;
        _reader = Nobody;
        if (_secondReader != Nobody)
        {
            _secondReader = Nobody;
            _moreReaders.AsSpan().Clear();
        }
        return moved;
    }
}
