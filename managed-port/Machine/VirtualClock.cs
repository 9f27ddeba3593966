// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Machine;

/// <summary>Time, which passes only when a trace says so. One jiffy is 1 ms.</summary>
public sealed class VirtualClock
{
    /// <summary>Where jiffies start.</summary>
    public const ulong BootJiffies = 300_000;

    /// <summary>Jiffies per second.</summary>
    public const int JiffiesPerSecond = 1000;

    /// <summary>Jiffies now.</summary>
    public ulong Jiffies { get; private set; } = BootJiffies;

    /// <summary>Lets time pass.</summary>
    /// <param name="milliseconds">How much.</param>
    public void Advance(ulong milliseconds) => Jiffies += milliseconds;

    /// <summary>Back to the jiffies of boot.</summary>
    public void PowerOn() => Jiffies = BootJiffies;
}
