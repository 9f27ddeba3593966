// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.ExceptionServices;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Running;

/// <summary>A thread that drives one engine, a trace at a time.</summary>
internal sealed class EngineThread : IDisposable
{
    private readonly EngineRun _run;
    private readonly Thread _thread;
    private readonly SemaphoreSlim _started = new(0);
    private readonly SemaphoreSlim _done = new(0);
    private LoweredTrace? _trace;
    private int _count;
    private ExceptionDispatchInfo? _failure;

    public EngineThread(EngineRun run)
    {
        _run = run;
        _thread = new Thread(Loop) { IsBackground = true, Name = run.Engine.Name };
        _thread.Start();
    }

    /// <summary>Has the engine boot and run the first ops of a trace.</summary>
    public void Start(LoweredTrace trace, int count)
    {
        _trace = trace;
        _count = count;
        _failure = null;
        _started.Release();
    }

    /// <summary>Waits until what was started is done.</summary>
    public void Wait() => _done.Wait();

    /// <summary>Throws what the engine threw.</summary>
    public void ThrowIfFailed() => _failure?.Throw();

    public void Dispose()
    {
        _trace = null;
        _started.Release();
        _thread.Join();
        _started.Dispose();
        _done.Dispose();
    }

    private void Loop()
    {
        while (true)
        {
            _started.Wait();
            if (_trace is null)
            {
                return;
            }

            try
            {
                _run.Execute(_trace, _count);
            }
#pragma warning disable CA1031 // Whatever it is, it is thrown again on the thread that waits.
            catch (Exception e)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
            }
#pragma warning restore CA1031

            _done.Release();
        }
    }
}
