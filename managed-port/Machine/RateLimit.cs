// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Machine;

/// <summary>
/// A ratelimit_state of one call site: 10 messages in 5 seconds. What it swallowed is told
/// at the first call after the interval, ahead of the message itself.
/// </summary>
public sealed class RateLimit
{
    private const int Interval = 5 * VirtualClock.JiffiesPerSecond;
    private const int Burst = 10;

    private ulong _begin;
    private int _printed;
    private int _missed;

    /// <summary>___ratelimit().</summary>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="log">Where swallowed messages are told.</param>
    /// <param name="function">The function that wants to print.</param>
    /// <returns>Whether it may print.</returns>
    public bool Allows(VirtualClock clock, Log log, string function)
    {
        // A begin of 0 means "not started": it is how the kernel's initializer leaves it.
        if (_begin == 0)
        {
            _begin = clock.Jiffies;
        }
        if ((long)(_begin + Interval - clock.Jiffies) < 0)
        {
            if (_missed != 0)
            {
                log.Warning($"{function}: {_missed} callbacks suppressed");
                _missed = 0;
            }
            _begin = clock.Jiffies;
            _printed = 0;
        }
        if (Burst > _printed)
        {
            _printed++;
            return true;
        }
        _missed++;
        return false;
    }
}
