// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Machine;

/// <summary>RCU: what waits for the grace period that the trace ends.</summary>
/// <param name="deferred">Where work goes that waited.</param>
public sealed class GracePeriods(DeferredWork deferred)
{
    private List<Action> _waiting = [];

    /// <summary>call_rcu().</summary>
    public void Call(Action callback) => _waiting.Add(callback);

    /// <summary>queue_rcu_work(): work that is queued when the grace period has ended.</summary>
    public void Queue(DelayedWork work) => _waiting.Add(() => deferred.Schedule(work));

    /// <summary>Ends it. What is registered meanwhile waits for the next one.</summary>
    /// <returns>How many callbacks ran.</returns>
    public ulong End()
    {
        List<Action> over = _waiting;
        _waiting = [];
        foreach (Action callback in over)
        {
            callback();
        }
        return (ulong)over.Count;
    }

    /// <summary>Forgets everything that waits.</summary>
    public void PowerOn() => _waiting.Clear();
}
