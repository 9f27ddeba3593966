// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Machine;

/// <summary>The armed failure: the N-th allocation from now on fails, once.</summary>
public sealed class AllocationFailure
{
    private ulong _countdown;

    /// <summary>Makes the n-th call from now on fail.</summary>
    /// <param name="count">1 for the next one; 0 disarms.</param>
    public void Arm(ulong count) => _countdown = count;

    /// <summary>Counts one allocation.</summary>
    /// <returns>Whether it is the one that fails.</returns>
    public bool ShouldFail() => _countdown != 0 && --_countdown == 0;
}
