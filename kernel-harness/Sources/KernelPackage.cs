// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Sources;

/// <summary>
/// A kernel that the distribution ships as source: "debian/6.12" is the tarball in the
/// package linux-source-6.12, "debian/6.12@6.12.95" is one version of it.
/// </summary>
public sealed partial record KernelPackage
{
    private KernelPackage(string name, string series, string? version)
    {
        Name = name;
        Series = series;
        Version = version;
    }

    /// <summary>The kernels that dmadiff compares when it is not told otherwise.</summary>
    public static IReadOnlyList<string> DefaultNames { get; } = ["debian/6.1", "debian/6.12"];

    /// <summary>What users call it: "debian/6.12", or with a version after an @.</summary>
    public string Name { get; }

    /// <summary>The kernel's first two numbers: "6.12".</summary>
    public string Series { get; }

    /// <summary>The version asked for, or the start of one that a hyphen follows; null for
    /// the one that is installed, imported or newest.</summary>
    public string? Version { get; }

    /// <summary>The package that holds it: "linux-source-6.12".</summary>
    public string Package => "linux-source-" + Series;

    /// <summary>Path of its .tar.xz once the package is installed.</summary>
    public string Archive => $"/usr/src/{Package}.tar.xz";

    /// <summary>The package for a name, else null.</summary>
    public static KernelPackage? FromName(string name) =>
        NameForm().Match(name) is { Success: true } match
            ? new KernelPackage(
                name,
                match.Groups["series"].Value,
                match.Groups["version"].Success ? match.Groups["version"].Value : null)
            : null;

    /// <summary>Whether a version is the one asked for; all are when none was.</summary>
    public bool Accepts(string version) => Version is null || version == Version
        || version.StartsWith(Version + "-", StringComparison.Ordinal);

    /// <summary>
    /// The version that is installed, such as "6.12.117-1~deb12u1"; null when the package or
    /// its archive is not there, or when this is no Debian.
    /// </summary>
    public string? InstalledVersion(CancellationToken cancel)
    {
        if (!File.Exists(Archive))
        {
            return null;
        }

        ToolResult query;
        try
        {
            query = Tool.Run(
                "dpkg-query", ["-W", "-f=${db:Status-Status} ${Version}", Package], cancel);
        }
        catch (UserErrorException)
        {
            return null;
        }

        const string installed = "installed ";
        return query.ExitCode == 0
            && query.Output.StartsWith(installed, StringComparison.Ordinal)
                ? query.Output[installed.Length..].Trim()
                : null;
    }

    [GeneratedRegex(
        @"^debian/(?<series>\d+\.\d+)(@(?<version>\k<series>\.[0-9A-Za-z.+~-]+))?\z",
        RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex NameForm();
}
