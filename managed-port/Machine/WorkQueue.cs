// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Machine;

/// <summary>Work that waits for the trace to let time pass: one queue for all.</summary>
public sealed class WorkQueue
{
    private readonly Queue<Action> _queue = new();
    private readonly HashSet<Action> _pending = [];

    /// <summary>queue_work(): puts an item at the end, unless it waits already.</summary>
    /// <param name="work">The same object each time for the same item.</param>
    public void Schedule(Action work)
    {
        if (_pending.Add(work))
        {
            _queue.Enqueue(work);
        }
    }

    /// <summary>Runs what waits, and what that queues.</summary>
    public void Run()
    {
        while (_queue.TryDequeue(out Action? work))
        {
            _pending.Remove(work);
            work();
        }
    }

    /// <summary>Forgets everything.</summary>
    public void PowerOn()
    {
        _queue.Clear();
        _pending.Clear();
    }
}
