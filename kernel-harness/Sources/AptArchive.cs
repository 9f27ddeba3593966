// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Sources;

/// <summary>
/// Debian's archive, read by apt itself with lists of its own in the cache: nothing of the
/// system's is changed, root is not needed, and apt checks signatures and checksums.
/// </summary>
public sealed partial class AptArchive : IKernelArchive
{
    private const string Folder = "apt";
    private readonly CacheDirectory _cache;
    private readonly TextWriter _messages;
    private readonly Func<CancellationToken, IReadOnlyList<string>> _sourceLines;

    /// <summary>Uses the mirrors that apt is configured with.</summary>
    /// <param name="cache">Keeps apt's lists, in apt/.</param>
    /// <param name="messages">Told of what takes time.</param>
    public AptArchive(CacheDirectory cache, TextWriter messages)
        : this(cache, messages, AptMirrors.SourceLines)
    {
    }

    internal AptArchive(
        CacheDirectory cache,
        TextWriter messages,
        Func<CancellationToken, IReadOnlyList<string>> sourceLines)
    {
        _cache = cache;
        _messages = messages;
        _sourceLines = sourceLines;
    }

    private string SourceList => _cache.PathOf(Folder, "sources.list");

    /// <summary>Nothing of the machine's own apt but how it reaches the network.</summary>
    private string[] Options =>
    [
        "-o", $"Dir::Etc::sourcelist={SourceList}",
        "-o", "Dir::Etc::sourceparts=/dev/null",
        "-o", "Dir::Etc::preferences=/dev/null",
        "-o", "Dir::Etc::preferencesparts=/dev/null",
        "-o", "Dir::State::status=/dev/null",
        "-o", $"Dir::State::lists={_cache.PathOf(Folder, "lists")}",
        "-o", $"Dir::Cache={_cache.PathOf(Folder, "cache")}",
        "-o", "Acquire::Languages=none",
        "-o", "APT::Sandbox::User=" + (Environment.IsPrivilegedProcess ? "root" : string.Empty),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<ArchivedKernel> List(CancellationToken cancel)
    {
        using IDisposable held = _cache.Lock(Folder, cancel);
        Directory.CreateDirectory(_cache.PathOf(Folder, "lists", "partial"));
        Directory.CreateDirectory(_cache.PathOf(Folder, "cache", "archives", "partial"));
        File.WriteAllLines(SourceList, _sourceLines(cancel));
        _messages.WriteLine("reading the lists of the Debian mirror");

        // One suite that the mirror lacks fails the command, and hurts nothing else.
        ToolResult update = Tool.Run("apt-get", [.. Options, "update"], cancel);
        string[] packages =
        [
            .. Tool.Output("apt-cache", [.. Options, "pkgnames", "linux-source-"], cancel)
                .Split('\n').Where(p => SourcePackage().IsMatch(p))
                .OrderBy(p => Version.Parse(p["linux-source-".Length..])),
        ];
        if (packages.Length == 0)
        {
            throw new UserErrorException(
                $"the Debian mirror has no kernel sources: {FirstComplaint(update.Errors)}");
        }

        string table = Tool.Output("apt-cache", [.. Options, "madison", .. packages], cancel);
        return ParseTable(table);
    }

    /// <inheritdoc/>
    public string Download(ArchivedKernel kernel, string folder, CancellationToken cancel)
    {
        using IDisposable held = _cache.Lock(Folder, cancel);
        _messages.WriteLine($"downloading {kernel.Package} {kernel.Version} ({kernel.Suite})");
        ToolResult result = Tool.Run(
            "apt-get",
            [.. Options, "download", $"{kernel.Package}={kernel.Version}"],
            cancel,
            folder);
        string? file = Directory.EnumerateFiles(folder, kernel.Package + "_*.deb").FirstOrDefault();
        return result.ExitCode == 0 && file is not null
            ? file
            : throw new UserErrorException(
                $"{kernel.Package} {kernel.Version} cannot be downloaded: "
                + FirstComplaint(result.Errors));
    }

    /// <summary>Reads "package | version | address suite/component arch Packages".</summary>
    internal static IReadOnlyList<ArchivedKernel> ParseTable(string table) =>
    [
        .. Row().Matches(table)
            .Select(m => new ArchivedKernel(
                m.Groups["package"].Value, m.Groups["version"].Value, m.Groups["suite"].Value))
            .DistinctBy(k => (k.Package, k.Version)),
    ];

    private static string FirstComplaint(string errors)
    {
        string[] lines = errors.Split('\n');
        string? line = lines.FirstOrDefault(l => l.StartsWith("E: ", StringComparison.Ordinal))
            ?? lines.FirstOrDefault(l => l.StartsWith("W: ", StringComparison.Ordinal));
        return line is null ? "apt-get does not say why" : line[3..].Trim();
    }

    [GeneratedRegex(@"^linux-source-\d+\.\d+\z", RegexOptions.None, PatternLimit.Milliseconds)]
    private static partial Regex SourcePackage();

    [GeneratedRegex(
        @"^\s*(?<package>\S+) \|\s*(?<version>\S+) \| \S+ (?<suite>[^/\s]+)/",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Row();
}
