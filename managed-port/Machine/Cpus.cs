// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Machine;

/// <summary>The virtual CPUs, of which one runs, and who wants to know when one goes.</summary>
public sealed class Cpus
{
    private readonly List<Action<uint>> _deadCallbacks = [];
    private bool[] _online = [true];

    /// <summary>How many there are, 1 to 128.</summary>
    public uint Count { get; private set; } = 1;

    /// <summary>num_online_cpus().</summary>
    public uint OnlineCount { get; private set; } = 1;

    /// <summary>raw_smp_processor_id(): the one that runs.</summary>
    public uint Current { get; private set; }

    /// <summary>All of a number of CPUs are online, and CPU 0 runs.</summary>
    public void PowerOn(uint count)
    {
        Count = count;
        OnlineCount = count;
        Current = 0;
        _online = new bool[count];
        Array.Fill(_online, true);
        _deadCallbacks.Clear();
    }

    /// <summary>Whether a CPU is there and online.</summary>
    public bool IsOnline(ulong cpu) => cpu < Count && _online[cpu];

    /// <summary>Moves to another CPU.</summary>
    /// <returns>False when there is no such CPU, or it is offline.</returns>
    public bool TrySwitch(ulong cpu)
    {
        if (!IsOnline(cpu))
        {
            return false;
        }
        Current = (uint)cpu;
        return true;
    }

    /// <summary>cpuhp_state_add_instance_nocalls(): asks to be told of CPUs that are gone.
    /// </summary>
    public void AddDeadCallback(Action<uint> callback) => _deadCallbacks.Add(callback);

    /// <summary>cpuhp_state_remove_instance_nocalls().</summary>
    public void RemoveDeadCallback(Action<uint> callback) => _deadCallbacks.Remove(callback);

    /// <summary>Takes a CPU offline, and tells who asked, the last one first.</summary>
    /// <returns>False when it is not online, or the one that runs.</returns>
    public bool TryTakeDown(ulong cpu)
    {
        if (!IsOnline(cpu) || cpu == Current)
        {
            return false;
        }
        _online[cpu] = false;
        OnlineCount--;
        for (int i = _deadCallbacks.Count - 1; i >= 0; i--)
        {
            _deadCallbacks[i]((uint)cpu);
        }
        return true;
    }

    /// <summary>Brings a CPU back.</summary>
    /// <returns>False when there is no such CPU, or it is online.</returns>
    public bool TryBringUp(ulong cpu)
    {
        if (cpu >= Count || _online[cpu])
        {
            return false;
        }
        _online[cpu] = true;
        OnlineCount++;
        return true;
    }
}
