// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Build;

/// <summary>What a shared library offers and asks for.</summary>
/// <param name="Defined">Names that it defines for others, each with its address.</param>
/// <param name="Needed">Names that it needs from others. Weak ones, which may stay undefined,
/// do not count.</param>
internal sealed partial record SymbolTable(
    IReadOnlyDictionary<string, string> Defined, IReadOnlySet<string> Needed)
{
    /// <summary>Reads a library's table.</summary>
    /// <param name="tools">Runs nm.</param>
    /// <param name="library">Path of the library.</param>
    /// <param name="cancel">Kills it.</param>
    /// <exception cref="UserErrorException">It is no library.</exception>
    public static SymbolTable Read(BuildTools tools, string library, CancellationToken cancel)
    {
        ToolResult result = tools.Run(
            "nm",
            ["-D", "--format=posix", "--without-symbol-versions", library],
            [library],
            cancel);
        if (result.ExitCode != 0)
        {
            throw new UserErrorException($"nm {library} failed: {result.Errors.Trim()}");
        }

        var defined = new Dictionary<string, string>(StringComparer.Ordinal);
        var needed = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string line in result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Match match = Line().Match(line);
            string name = match.Groups["name"].Value;
            if (match.Groups["address"] is { Success: true } address)
            {
                defined[name] = address.Value;
            }
            else if (match.Groups["kind"].Value == "U")
            {
                needed.Add(name);
            }
        }

        return new SymbolTable(defined, needed);
    }

    // An assembler takes names with blanks in them.
    [GeneratedRegex("^(?<name>.+) (?<kind>[A-Za-z]) ((?<address>[0-9a-f]+) ?[0-9a-f]*)? *$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Line();
}
