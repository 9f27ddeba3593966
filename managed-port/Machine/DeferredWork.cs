// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Machine;

/// <summary>
/// A struct work_struct or delayed_work: a function that is to run once, later.
/// </summary>
/// <param name="run">The function.</param>
public sealed class DelayedWork(Action run)
{
    /// <summary>Whether it waits to run.</summary>
    public bool Pending { get; internal set; }

    /// <summary>What puts it in the queue, of work with a delay.</summary>
    internal KernelTimer? Timer { get; set; }

    internal void Run() => run();
}

/// <summary>Work and timers that wait for the trace to let it run, or to let time pass.</summary>
/// <param name="clock">The machine's clock.</param>
public sealed class DeferredWork(VirtualClock clock)
{
    private readonly Queue<DelayedWork> _queued = new();

    // By due time; of one time, in the order they came.
    private readonly List<KernelTimer> _waiting = [];

    /// <summary>schedule_work(): puts it at the end of the one queue there is.</summary>
    /// <param name="work">Left alone when it waits already.</param>
    public void Schedule(DelayedWork work)
    {
        if (!work.Pending)
        {
            work.Pending = true;
            _queued.Enqueue(work);
        }
    }

    /// <summary>schedule_delayed_work(), with a delay above 0.</summary>
    /// <param name="work">Left alone when it waits already.</param>
    /// <param name="delay">Jiffies, above 0.</param>
    public void Schedule(DelayedWork work, ulong delay)
    {
        if (work.Pending)
        {
            return;
        }
        work.Pending = true;
        work.Timer ??= new KernelTimer(() => _queued.Enqueue(work));
        Start(work.Timer, delay);
    }

    /// <summary>mod_timer().</summary>
    /// <param name="timer">If it waits already, it waits anew.</param>
    /// <param name="delay">Jiffies from now.</param>
    public void Start(KernelTimer timer, ulong delay)
    {
        Stop(timer);
        timer.Pending = true;
        timer.Expires = clock.Jiffies + delay;
        int at = _waiting.Count;
        while (at > 0 && _waiting[at - 1].Expires > timer.Expires)
        {
            at--;
        }
        _waiting.Insert(at, timer);
    }

    /// <summary>cancel_delayed_work_sync(), of work that was scheduled with a delay.</summary>
    public void Cancel(DelayedWork work)
    {
        if (work.Pending)
        {
            work.Pending = false;
            Stop(work.Timer!);
        }
    }

    /// <summary>Runs what is queued, and what that queues.</summary>
    /// <returns>How many ran.</returns>
    public ulong RunQueued()
    {
        ulong ran = 0;
        while (_queued.TryDequeue(out DelayedWork? work))
        {
            work.Pending = false;
            work.Run();
            ran++;
        }
        return ran;
    }

    /// <summary>Runs what is queued, then lets time pass, with all that is due in it.</summary>
    /// <param name="ticks">Jiffies.</param>
    public void PassTime(ulong ticks)
    {
        ulong end = clock.Jiffies + ticks;
        RunQueued();
        while (_waiting.Count > 0 && _waiting[0].Expires <= end)
        {
            KernelTimer timer = _waiting[0];
            if (timer.Expires > clock.Jiffies)
            {
                clock.Advance(timer.Expires - clock.Jiffies);
            }
            Stop(timer);
            timer.Run();
            RunQueued();
        }
        clock.Advance(end - clock.Jiffies);
    }

    private void Stop(KernelTimer timer)
    {
        if (timer.Pending)
        {
            timer.Pending = false;
            _waiting.Remove(timer);
        }
    }

    /// <summary>Forgets everything that waits.</summary>
    public void PowerOn()
    {
        _queued.Clear();
        _waiting.Clear();
    }
}
