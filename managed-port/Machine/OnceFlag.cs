// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Machine;

/// <summary>The flag of one _once call site.</summary>
public struct OnceFlag
{
    private bool _done;

    /// <summary>Sets the flag.</summary>
    /// <returns>True the first time.</returns>
    public bool First()
    {
        bool first = !_done;
        _done = true;
        return first;
    }
}
