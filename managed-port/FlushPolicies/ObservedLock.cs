// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.FlushPolicies;

/// <summary>A spinlock of a machine whose CPUs run one at a time: it is never waited for, so
/// taking it twice is a mistake.</summary>
/// <param name="observer">Who is told; may be null.</param>
/// <param name="line">The cache line it is in.</param>
internal sealed class ObservedLock(IMemoryObserver? observer, nint line)
{
    private bool _held;

    /// <summary>Takes it.</summary>
    /// <exception cref="InvalidOperationException">It is held.</exception>
    public void Acquire()
    {
        if (_held)
        {
            throw new InvalidOperationException("the lock is taken twice");
        }
        _held = true;
        observer?.Acquire(line);
    }

    /// <summary>Releases it.</summary>
    /// <exception cref="InvalidOperationException">It is not held.</exception>
    public void Release()
    {
        if (!_held)
        {
            throw new InvalidOperationException("the lock is released when free");
        }
        _held = false;
        observer?.Release(line);
    }
}
