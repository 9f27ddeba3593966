// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Output;

/// <summary>Reads traces that the user names.</summary>
internal static class TraceSource
{
    /// <summary>Reads a file, or standard input for "-".</summary>
    /// <exception cref="UserErrorException">It cannot be read.</exception>
    /// <exception cref="TraceException">It is no trace.</exception>
    public static (string Origin, Trace Trace) Read(string path)
    {
        if (path == "-")
        {
            return ("standard input", TraceParser.Parse(Console.In.ReadToEnd(), "-"));
        }

        try
        {
            return (path, TraceParser.ParseFile(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: cannot be read: {e.Message}", e);
        }
    }
}
