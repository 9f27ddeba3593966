// SPDX-License-Identifier: GPL-2.0-only
using System.Reflection;
using Dmadiff.Cli.Commands;

namespace Dmadiff.Cli;

/// <summary>This program.</summary>
internal static class Tool
{
    /// <summary>What the user called it by, as the launcher tells, for a shell.</summary>
    public static string Name =>
        Environment.GetEnvironmentVariable("DMADIFF_COMMAND") is { Length: > 0 } command
            ? ShellWord.Quote(command)
            : "dmadiff";

    /// <summary>Its version: "0.1.0".</summary>
    public static string Version { get; } =
        typeof(Tool).Assembly.GetName().Version is { } version ? version.ToString(3) : "0";

    /// <summary>Stands for the program's own code: another build of it may judge otherwise.
    /// </summary>
    public static string BuildId { get; } = string.Join(
        ' ',
        new[] { typeof(Tool), typeof(Diff.Traces.Trace), typeof(KernelHarness.CacheDirectory) }
            .Select(type => type.Module.ModuleVersionId));
}
