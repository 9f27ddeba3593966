// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Sources;

/// <summary>
/// A kernel that the distribution ships as source: "debian/6.12" is the tarball in the
/// package linux-source-6.12.
/// </summary>
public sealed partial record KernelPackage
{
    /// <summary>Names an unpacked archive and what is in it.</summary>
    /// <param name="name">What users call it: "debian/6.12".</param>
    /// <param name="package">The package that holds it.</param>
    /// <param name="archive">Path of its .tar.xz.</param>
    public KernelPackage(string name, string package, string archive)
    {
        Name = name;
        Package = package;
        Archive = archive;
    }

    /// <summary>The kernels that dmadiff compares when it is not told otherwise.</summary>
    public static IReadOnlyList<string> DefaultNames { get; } = ["debian/6.1", "debian/6.12"];

    /// <summary>What users call it: "debian/6.12". Also the branch it is imported to.</summary>
    public string Name { get; }

    /// <summary>The package that holds it: "linux-source-6.12".</summary>
    public string Package { get; }

    /// <summary>Path of its .tar.xz once the package is installed.</summary>
    public string Archive { get; }

    /// <summary>The package for a name of the form "debian/X.Y", else null.</summary>
    public static KernelPackage? FromName(string name)
    {
        if (NameForm().Match(name) is not { Success: true } match)
        {
            return null;
        }

        string package = "linux-source-" + match.Groups["series"].Value;
        return new KernelPackage(name, package, $"/usr/src/{package}.tar.xz");
    }

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

    [GeneratedRegex(@"^debian/(?<series>\d+\.\d+)\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NameForm();
}
