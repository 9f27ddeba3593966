// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics.CodeAnalysis;
using Dmadiff.Bindings;

namespace Dmadiff.ManagedPort.Machine;

/// <summary>
/// The simulated machine died: a BUG, a fault, a misuse of a service, an endless loop. The
/// engine catches it and turns it into a result; it never reaches a caller.
/// </summary>
public sealed class KernelDeathException : Exception
{
    /// <summary>Creates it.</summary>
    /// <param name="kind">What ended the machine.</param>
    /// <param name="where">The kernel function that was running.</param>
    /// <param name="what">"BUG", "endless loop", "access at 0x18".</param>
    public KernelDeathException(AbiCrashKind kind, string where, string what)
        : base(what)
    {
        Kind = kind;
        Where = where;
    }

    /// <summary>Creates it with a message alone.</summary>
    public KernelDeathException(string message)
        : this(AbiCrashKind.None, string.Empty, message)
    {
    }

    /// <summary>Creates it with a message and a cause.</summary>
    public KernelDeathException(string message, Exception inner)
        : base(message, inner)
    {
        Where = string.Empty;
    }

    /// <summary>Creates an empty one.</summary>
    public KernelDeathException()
        : this(string.Empty)
    {
    }

    /// <summary>What ended the machine.</summary>
    public AbiCrashKind Kind { get; }

    /// <summary>The kernel function that was running.</summary>
    public string Where { get; }

    /// <summary>An access outside what the machine has: the C would take a SIGSEGV.</summary>
    /// <param name="where">The kernel function that was running.</param>
    /// <param name="address">Physical address, or the index that led astray.</param>
    [DoesNotReturn]
    public static void Fault(string where, ulong address) =>
        throw new KernelDeathException(
            AbiCrashKind.Signal, where, $"SIGSEGV at 0x{address:x}");

    /// <summary>A loop that cannot end.</summary>
    /// <param name="where">The kernel function that was running.</param>
    [DoesNotReturn]
    public static void Hang(string where) =>
        throw new KernelDeathException(AbiCrashKind.Hang, where, "endless loop");
}
