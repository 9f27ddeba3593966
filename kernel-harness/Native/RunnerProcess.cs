// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics;
using System.Runtime.InteropServices;
using Dmadiff.Bindings;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Native;

/// <summary>How a process came to its end.</summary>
/// <param name="Status">Exit status, or 128 and a signal.</param>
/// <param name="Overrun">The limit that it broke and was ended for; else null.</param>
internal sealed record RunnerDeath(int Status, string? Overrun);

/// <summary>The process that holds a kernel: one call at a time.</summary>
internal sealed unsafe class RunnerProcess : IDisposable
{
    private const int WatchMilliseconds = 50;
    private const short Readable = 1;
    private const int NoSignal = 0x4000;
    private const int Interrupted = 4;
    private readonly ChildProcess _process;
    private readonly RunnerLimits _limits;
    private readonly int _socket;
    private readonly int _errors;

    /// <summary>Starts it. The first call shows whether it came up.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="memory">Memory to call it through.</param>
    /// <param name="limits">What it may use.</param>
    /// <exception cref="UserErrorException">It cannot be started.</exception>
    public RunnerProcess(
        IReadOnlyList<string> command, SharedMemory memory, RunnerLimits limits)
    {
        _limits = limits;
        _errors = Descriptors.MemoryFile("errors");
        (_socket, int other) = Descriptors.Connection();
        try
        {
            _process = ChildProcess.Start(command, _errors, memory.Descriptor, other);
        }
        finally
        {
            _ = Posix.Close(other);
        }
    }

    /// <summary>Its number.</summary>
    public int Id => _process.Id;

    /// <summary>How it ended; null while it lives.</summary>
    public RunnerDeath? Death { get; private set; }

    /// <summary>What it wrote to its standard error.</summary>
    public string Errors => Descriptors.ReadText(_errors).Trim();

    /// <summary>Has it do what the shared memory says.</summary>
    /// <param name="progress">Says how far it is; asked now and then.</param>
    /// <returns>False when it died.</returns>
    public bool Call(Func<uint> progress)
    {
        if (Death is not null)
        {
            return false;
        }

        byte token = 0;
        string? overrun = null;
        if (Posix.Send(_socket, &token, 1, NoSignal) == 1 && AwaitAnswer(progress, out overrun))
        {
            return true;
        }

        if (overrun is not null)
        {
            _process.Kill();
        }

        Death = new RunnerDeath(_process.WaitOrKill(), overrun);
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = Posix.Close(_socket);
        _process.Dispose();
        _ = Posix.Close(_errors);
    }

    private bool AwaitAnswer(Func<uint> progress, out string? overrun)
    {
        overrun = null;
        long since = Stopwatch.GetTimestamp();
        uint seen = 0;
        while (true)
        {
            var entry = new Posix.PollEntry { Descriptor = _socket, Events = Readable };
            int ready = Posix.Poll(&entry, 1, WatchMilliseconds);
            if (ready > 0)
            {
                byte token;
                return Posix.Read(_socket, &token, 1) == 1;
            }

            if (ready < 0 && Marshal.GetLastPInvokeError() != Interrupted)
            {
                return false;
            }

            if (progress() is var now && now != seen)
            {
                seen = now;
                since = Stopwatch.GetTimestamp();
            }

            overrun = Overrun(since);
            if (overrun is not null)
            {
                return false;
            }
        }
    }

    private string? Overrun(long since)
    {
        if (_process.ResidentBytes > _limits.MemoryBytes)
        {
            return $"more than {_limits.MemoryBytes >> 20} MiB of memory";
        }

        return Stopwatch.GetElapsedTime(since) > _limits.Patience
            ? $"no end within {_limits.Patience.TotalSeconds:F0} s"
            : null;
    }
}
