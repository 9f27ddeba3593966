// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Output;

/// <summary>The folder that traces of findings are written to.</summary>
/// <param name="folder">Made when there is something to write.</param>
internal sealed class TraceFiles(string folder)
{
    // So that a command that names the file still fits on a line of a mail.
    private const int MostCharacters = 44;

    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    /// <summary>Writes a trace.</summary>
    /// <param name="subject">What it shows, in words; becomes the name.</param>
    /// <param name="trace">The trace.</param>
    /// <returns>The path.</returns>
    /// <exception cref="UserErrorException">The folder cannot be written.</exception>
    public string Write(string subject, Trace trace)
    {
        string name = Slug(subject);
        string path = Path.Combine(folder, name + ".trace");
        for (int number = 2; !_written.Add(path); number++)
        {
            path = Path.Combine(folder, $"{name}-{number}.trace");
        }

        OutputPath.Write(folder, () =>
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(path, TracePrinter.Print(trace));
        });
        return path;
    }

    private static string Slug(string subject)
    {
        var words = subject.ToLowerInvariant()
            .Split([' ', '/', ':', '_', ',', '(', ')', '+'], StringSplitOptions.RemoveEmptyEntries);
        string slug = string.Join('-', words);
        return slug.Length <= MostCharacters ? slug : slug[..MostCharacters].TrimEnd('-');
    }
}
