// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli;

/// <summary>Traces in files.</summary>
internal static class TraceFolder
{
    private const string Pattern = "*.trace";

    /// <summary>Where the traces are that come with the tool.</summary>
    public static string OwnFolder => Path.Combine(AppContext.BaseDirectory, "corpus");

    /// <summary>Where those are that are about a configuration.</summary>
    public static string OwnConfigured => Path.Combine(OwnFolder, "configurations");

    /// <summary>The traces that come with the tool, sorted by file name.</summary>
    public static IEnumerable<(string Name, Trace Trace)> Own() => In(OwnFolder);

    /// <summary>The traces in a folder, sorted by file name.</summary>
    /// <exception cref="UserErrorException">There is no such folder, or none in it.</exception>
    /// <exception cref="TraceException">One is no trace.</exception>
    public static IReadOnlyList<(string Name, Trace Trace)> In(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new UserErrorException($"{folder}: no such folder");
        }

        string[] files = Directory.GetFiles(folder, Pattern);
        Array.Sort(files, StringComparer.Ordinal);
        return files.Length > 0
            ? [.. files.Select(f => (Path.GetFileName(f), Read(f).Trace))]
            : throw new UserErrorException($"{folder}: there are no traces in it ({Pattern})");
    }

    /// <summary>Reads a trace from a file, or from standard input.</summary>
    /// <param name="path">The file, or -.</param>
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
