// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Traces;

/// <summary>What is wrong with a trace, and where.</summary>
/// <param name="File">Name of the file, as the user gave it.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Column">Counted from 1, in characters.</param>
/// <param name="Message">What and why.</param>
public sealed record TraceDiagnostic(string File, int Line, int Column, string Message)
{
    /// <summary>"file:line:column: message".</summary>
    public override string ToString() => $"{File}:{Line}:{Column}: {Message}";
}

/// <summary>A text is no trace. The message holds every diagnostic, one a line.</summary>
public sealed class TraceException : Exception
{
    /// <summary>Most diagnostics that are reported of one file.</summary>
    public const int MostDiagnostics = 20;

    /// <summary>Creates it from what was found.</summary>
    /// <param name="diagnostics">In the order of the text; not empty.</param>
    /// <param name="omitted">How many more there were.</param>
    public TraceException(IReadOnlyList<TraceDiagnostic> diagnostics, int omitted)
        : base(Describe(diagnostics, omitted))
    {
        Diagnostics = diagnostics;
    }

    /// <summary>Creates it with a message alone.</summary>
    public TraceException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with a message and its cause.</summary>
    public TraceException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Creates it.</summary>
    public TraceException()
    {
    }

    /// <summary>What is wrong, at most <see cref="MostDiagnostics"/>, in order.</summary>
    public IReadOnlyList<TraceDiagnostic> Diagnostics { get; } = [];

    private static string Describe(IReadOnlyList<TraceDiagnostic> diagnostics, int omitted)
    {
        var lines = diagnostics.Select(diagnostic => diagnostic.ToString());
        if (omitted > 0)
        {
            lines = lines.Append($"{diagnostics[0].File}: {omitted} more not shown");
        }

        return string.Join('\n', lines);
    }
}
