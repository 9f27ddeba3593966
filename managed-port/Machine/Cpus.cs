// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Machine;

/// <summary>The virtual CPUs, of which one runs.</summary>
public sealed class Cpus
{
    /// <summary>How many there are, 1 to 128.</summary>
    public uint Count { get; private set; } = 1;

    /// <summary>raw_smp_processor_id(): the one that runs.</summary>
    public uint Current { get; private set; }

    /// <summary>CPU 0 of a number of CPUs runs.</summary>
    public void PowerOn(uint count)
    {
        Count = count;
        Current = 0;
    }

    /// <summary>Moves to another CPU.</summary>
    /// <returns>False when there is no such CPU.</returns>
    public bool TrySwitch(ulong cpu)
    {
        if (cpu >= Count)
        {
            return false;
        }
        Current = (uint)cpu;
        return true;
    }
}
