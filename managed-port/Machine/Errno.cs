// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Machine;

/// <summary>The kernel's error numbers, negated as its functions return them.</summary>
public static class Errno
{
    /// <summary>-ENOENT: no such file.</summary>
    public const int NoEntry = -2;

    /// <summary>-EIO: the device cannot do that.</summary>
    public const int InputOutput = -5;

    /// <summary>-ENOMEM: an allocation failed.</summary>
    public const int NoMemory = -12;

    /// <summary>-EACCES: the file cannot be written.</summary>
    public const int Access = -13;

    /// <summary>-EFAULT: the addresses do not suit.</summary>
    public const int Fault = -14;

    /// <summary>-EEXIST: it is there already.</summary>
    public const int Exists = -17;

    /// <summary>-EOVERFLOW: the number does not fit.</summary>
    public const int Overflow = -75;

    /// <summary>-EBUSY: the range is taken.</summary>
    public const int Busy = -16;

    /// <summary>-ENODEV: there is no such pool.</summary>
    public const int NoDevice = -19;

    /// <summary>-ENOSPC: there is no room.</summary>
    public const int NoSpace = -28;

    /// <summary>-EINVAL: the argument makes no sense.</summary>
    public const int Invalid = -22;

    /// <summary>-EOPNOTSUPP: the revision has no such function.</summary>
    public const int NotSupported = -95;
}
