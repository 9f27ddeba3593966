// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.Cli.Scaling;

/// <summary>
/// The caches of a machine with many CPUs, kept coherent line by line as MESI does, and its
/// locks. It counts, and it keeps each CPU's time. Caches are as large as they need to be, so
/// lines move for no other reason than that another CPU wants them.
/// </summary>
internal sealed class CacheModel : IMemoryObserver
{
    private readonly Dictionary<nint, CacheLine> _lines = [];
    private readonly ulong[] _clocks;

    // Where no object has its address.
    private nint _nextPlace = nint.MinValue;

    /// <summary>Creates it with nothing in the caches.</summary>
    /// <param name="cpus">How many CPUs, above 0.</param>
    public CacheModel(int cpus) => _clocks = new ulong[cpus];

    /// <summary>The CPU that runs.</summary>
    public int Cpu { get; set; }

    /// <summary>Its time, in ns.</summary>
    public ulong Now => _clocks[Cpu];

    /// <summary>Locks that were taken.</summary>
    public ulong Locks { get; private set; }

    /// <summary>Of these, locks that another CPU had.</summary>
    public ulong Contended { get; private set; }

    /// <summary>Cache lines that moved from CPU to CPU.</summary>
    public ulong Transfers { get; private set; }

    /// <summary>Lets time pass for the CPU that runs.</summary>
    public void Pass(ulong nanoseconds) => _clocks[Cpu] += nanoseconds;

    /// <summary>Has the CPU that runs wait for a time, if that is not past.</summary>
    public void WaitUntil(ulong nanoseconds) =>
        _clocks[Cpu] = Math.Max(_clocks[Cpu], nanoseconds);

    /// <inheritdoc/>
    public nint Place(int lines)
    {
        nint place = _nextPlace;
        _nextPlace += lines * IMemoryObserver.LineBytes;
        return place;
    }

    /// <inheritdoc/>
    public void Acquire(nint line)
    {
        CacheLine at = Line(line);
        Locks++;
        if (at.FreeAt > Now)
        {
            Contended++;
            WaitUntil(at.FreeAt);
        }
        Account(at.Write(Cpu));
    }

    /// <inheritdoc/>
    public void Release(nint line)
    {
        CacheLine at = Line(line);
        Account(at.Write(Cpu));
        at.FreeAt = Now;
    }

    /// <inheritdoc/>
    public void Read(nint line) => Account(Line(line).Read(Cpu, _clocks.Length));

    /// <inheritdoc/>
    public void Write(nint line) => Account(Line(line).Write(Cpu));

    /// <summary>Counts from 0 again; who has which line stays as it is.</summary>
    public void Recount()
    {
        Locks = 0;
        Contended = 0;
        Transfers = 0;
    }

    private void Account(bool moved)
    {
        if (moved)
        {
            Transfers++;
        }
        Pass(moved ? ModelCosts.Transfer : ModelCosts.Hit);
    }

    private CacheLine Line(nint address)
    {
        if (!_lines.TryGetValue(address, out CacheLine? line))
        {
            line = new CacheLine();
            _lines.Add(address, line);
        }
        return line;
    }
}
