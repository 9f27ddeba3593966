// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.CompilerServices;

namespace Dmadiff.ManagedPort.Machine;

/// <summary>
/// Spinlocks of a machine with one thread: nobody can wait for one, so taking it twice and
/// releasing it twice are misuse.
/// </summary>
public static class KernelSpinLock
{
    private const uint Free = 0;
    private const uint Held = 1;

    /// <summary>spin_lock_irqsave().</summary>
    /// <param name="word">The lock's word in memory.</param>
    /// <param name="log">Where a misuse is told.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Acquire(ref uint word, Log log)
    {
        if (word != Free)
        {
            log.Misuse("spinlock taken twice");
        }
        word = Held;
    }

    /// <summary>spin_unlock_irqrestore().</summary>
    /// <param name="word">The lock's word in memory.</param>
    /// <param name="log">Where a misuse is told.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Release(ref uint word, Log log)
    {
        if (word != Held)
        {
            log.Misuse("spinlock released but not held");
        }
        word = Free;
    }
}
