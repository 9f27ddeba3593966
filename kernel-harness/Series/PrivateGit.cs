// SPDX-License-Identifier: GPL-2.0-only
using System.Collections;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Series;

/// <summary>
/// Runs git on a repository of dmadiff's own, with no configuration: neither the user's, whose
/// settings could change what a patch becomes, nor one that a stranger's patch brings along.
/// </summary>
/// <param name="folder">The bare repository.</param>
internal sealed class PrivateGit(string folder)
{
    private const string Nothing = "/dev/null";

    private static readonly IReadOnlyDictionary<string, string?> Surroundings = Isolated();

    /// <summary>Runs a command to its end.</summary>
    /// <param name="arguments">The command and its arguments.</param>
    /// <param name="cancel">Kills it.</param>
    /// <param name="variables">Variables to set beside those that keep configuration out.
    /// </param>
    /// <param name="input">A file for its standard input.</param>
    public ToolResult Run(
        IEnumerable<string> arguments,
        CancellationToken cancel,
        IEnumerable<KeyValuePair<string, string?>>? variables = null,
        string? input = null) => Tool.Run(
        "git",
        [
            "--no-pager", "--literal-pathspecs", "-c", "core.hooksPath=" + Nothing,
            "-c", "core.attributesFile=" + Nothing, "-c", "core.quotePath=false",
            "-c", "safe.directory=*", "-c", "protocol.allow=never", "-c", "gc.auto=0",
            .. arguments,
        ],
        cancel,
        folder,
        [
            .. Surroundings, KeyValuePair.Create("GIT_DIR", (string?)folder),
            .. variables ?? [],
        ],
        input);

    /// <summary>Runs a command that has to succeed.</summary>
    /// <exception cref="UserErrorException">It did not.</exception>
    public string Output(
        IReadOnlyList<string> arguments,
        CancellationToken cancel,
        IEnumerable<KeyValuePair<string, string?>>? variables = null,
        string? input = null)
    {
        ToolResult result = Run(arguments, cancel, variables, input);
        return result.ExitCode == 0
            ? result.Output
            : throw new UserErrorException(
                $"{folder}: git {arguments[0]} failed: {result.Errors.Trim().Split('\n')[0]}");
    }

    /// <summary>Makes an empty bare repository, without anything from templates.</summary>
    public static void Create(string folder, CancellationToken cancel)
    {
        ToolResult made = Tool.Run(
            "git",
            ["init", "--quiet", "--bare", "--template=", "--initial-branch=main", folder],
            cancel,
            environment: Surroundings);
        if (made.ExitCode != 0)
        {
            throw new UserErrorException($"{folder}: git init failed: {made.Errors.Trim()}");
        }
    }

    private static Dictionary<string, string?> Isolated()
    {
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (string name in Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(v => (string)v.Key).Where(n => n.StartsWith("GIT_", StringComparison.Ordinal)))
        {
            variables[name] = null;
        }

        variables["GIT_CONFIG_NOSYSTEM"] = "1";
        variables["GIT_CONFIG_GLOBAL"] = Nothing;
        variables["GIT_ATTR_NOSYSTEM"] = "1";
        variables["GIT_TERMINAL_PROMPT"] = "0";
        variables["TZ"] = "UTC";
        return variables;
    }
}
