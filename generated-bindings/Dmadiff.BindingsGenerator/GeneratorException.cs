// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.BindingsGenerator.Parse;

namespace Dmadiff.BindingsGenerator;

/// <summary>The header cannot be turned into C#; the message is for the user.</summary>
public sealed class GeneratorException : Exception
{
    /// <summary>Creates it with "file:line: what and why".</summary>
    public GeneratorException(Location at, string message)
        : base($"{at}: {message}")
    {
    }

    /// <summary>Creates it with a message for the user.</summary>
    public GeneratorException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with a message for the user and its cause.</summary>
    public GeneratorException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Creates it.</summary>
    public GeneratorException()
    {
    }
}
