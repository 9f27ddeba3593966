// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Build;

/// <summary>
/// A revision does not compile. The message names the revision, the place and the compiler's
/// first complaint.
/// </summary>
public sealed class KernelBuildException : UserErrorException
{
    /// <summary>Creates it with a message for the user.</summary>
    /// <param name="message">Revision, place and complaint.</param>
    /// <param name="log">All that the compiler or linker said.</param>
    public KernelBuildException(string message, string log)
        : base(message)
    {
        Log = log;
    }

    /// <summary>Creates it with a message for the user.</summary>
    public KernelBuildException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with a message and its cause.</summary>
    public KernelBuildException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Creates it.</summary>
    public KernelBuildException()
    {
    }

    /// <summary>All that the compiler or linker said.</summary>
    public string Log { get; } = string.Empty;
}
