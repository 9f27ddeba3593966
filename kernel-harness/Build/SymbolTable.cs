// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Build;

/// <summary>What shared libraries offer and ask for.</summary>
internal static class SymbolTable
{
    /// <summary>Names that a library defines for others.</summary>
    public static IReadOnlySet<string> Defined(string library, CancellationToken cancel) =>
        Read(library, "--defined-only", _ => true, cancel);

    /// <summary>
    /// Names that a library needs from others. Weak ones, which may stay undefined, do not
    /// count.
    /// </summary>
    public static IReadOnlySet<string> Needed(string library, CancellationToken cancel) =>
        Read(library, "--undefined-only", kind => kind == "U", cancel);

    private static SortedSet<string> Read(
        string library, string which, Func<string, bool> wanted, CancellationToken cancel)
    {
        string listing = Tool.Output(
            "nm", ["-D", which, "--format=posix", "--without-symbol-versions", library], cancel);
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string line in listing.Split('\n', StringSplitOptions.RemoveEmptyEntries))
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
