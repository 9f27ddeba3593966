// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Build;

/// <summary>What shared libraries offer and ask for.</summary>
/// <param name="tools">Runs nm.</param>
internal sealed class SymbolTable(BuildTools tools)
{
    /// <summary>Names that a library defines for others.</summary>
    public IReadOnlySet<string> Defined(string library, CancellationToken cancel) =>
        Read(library, "--defined-only", _ => true, cancel);

    /// <summary>
    /// Names that a library needs from others. Weak ones, which may stay undefined, do not
    /// count.
    /// </summary>
    public IReadOnlySet<string> Needed(string library, CancellationToken cancel) =>
        Read(library, "--undefined-only", kind => kind == "U", cancel);

    private SortedSet<string> Read(
        string library, string which, Func<string, bool> wanted, CancellationToken cancel)
    {
        ToolResult result = tools.Run(
            "nm",
            ["-D", which, "--format=posix", "--without-symbol-versions", library],
            [library],
            cancel);
        if (result.ExitCode != 0)
        {
            throw new UserErrorException($"nm {library} failed: {result.Errors.Trim()}");
        }

        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string line in result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length > 1 && wanted(columns[1]))
            {
                names.Add(columns[0]);
            }
        }

        return names;
    }
}
