// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Machine;

/// <summary>A struct timer_list: a function that is to run once, when time has come.</summary>
/// <param name="run">The function.</param>
public sealed class KernelTimer(Action run)
{
    /// <summary>Whether it waits to run.</summary>
    public bool Pending { get; internal set; }

    /// <summary>The jiffies at which it is due.</summary>
    public ulong Expires { get; internal set; }

    internal void Run() => run();
}
