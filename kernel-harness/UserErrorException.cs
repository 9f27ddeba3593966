// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness;

/// <summary>
/// Something the user can put right: a bad path, a missing package, a revision that does
/// not exist. The message says what and why; the command line prints it alone, without a
/// stack trace, and exits with 2.
/// </summary>
public class UserErrorException : Exception
{
    /// <summary>Creates it with a message for the user.</summary>
    public UserErrorException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with a message and its cause.</summary>
    public UserErrorException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Creates it.</summary>
    public UserErrorException()
    {
    }
}
