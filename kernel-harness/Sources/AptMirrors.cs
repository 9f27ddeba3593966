// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Sources;

/// <summary>
/// Finds this machine's Debian mirrors in apt's own configuration, and what else they have:
/// the suites that other releases of Debian take their kernels from.
/// </summary>
internal static partial class AptMirrors
{
    private const string Keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

    private static readonly string[] MainSuites =
    [
        "bullseye", "bookworm", "bookworm-backports", "trixie", "trixie-backports", "sid",
    ];

    private static readonly string[] SecuritySuites =
        ["bullseye-security", "bookworm-security", "trixie-security"];

    /// <summary>Lines for a sources.list with all suites.</summary>
    /// <exception cref="UserErrorException">No Debian mirror is configured.</exception>
    public static IReadOnlyList<string> SourceLines(CancellationToken cancel)
    {
        string targets = Tool.Output(
            "apt-get",
            [
                "indextargets", "--no-release-info", "--format",
                "$(RELEASE) $(COMPONENT) $(REPO_URI) $(SIGNED_BY)", "Created-By: Packages",
            ],
            cancel);
        return FromTargets(targets);
    }

    /// <summary>The same, from what apt-get indextargets says.</summary>
    /// <param name="targets">Lines of release, component, address and keyring; the last may
    /// be missing.</param>
    internal static IReadOnlyList<string> FromTargets(string targets)
    {
        Match[] found = Target().Matches(targets).ToArray();
        string[] lines =
            [.. Lines(found, Own(), MainSuites), .. Lines(found, Security(), SecuritySuites)];
        return lines.Length > 0
            ? lines
            : throw new UserErrorException(
                "apt has no Debian mirror configured: kernels can only be taken from " +
                "installed linux-source packages, or from a tree of your own");
    }

    /// <summary>
    /// Others than Debian use the same names for their suites; apt finds that they are not
    /// signed by Debian, and leaves them out.
    /// </summary>
    private static IEnumerable<string> Lines(Match[] found, Regex releases, string[] suites) =>
        from target in found
            .Where(t => releases.IsMatch(t.Groups["release"].Value))
            .DistinctBy(t => t.Groups["uri"].Value)
        let key = target.Groups["key"] is { Success: true } asked ? asked.Value : Keyring
        from suite in suites
        select $"deb [target=Packages signed-by={key}] {target.Groups["uri"].Value} {suite} main";

    [GeneratedRegex(
        @"^(?<release>\S+) main (?<uri>\S+) ?(?<key>/\S+)?",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Target();

    [GeneratedRegex(
        "^(bullseye|bookworm|trixie|forky|sid|oldoldstable|oldstable|stable|testing|unstable)$",
        RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Own();

    [GeneratedRegex(
        "^(bullseye|bookworm|trixie|forky|oldoldstable|oldstable|stable|testing)-security$",
        RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Security();
}
