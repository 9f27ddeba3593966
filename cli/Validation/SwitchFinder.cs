// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Text.RegularExpressions;
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;
using Dmadiff.Diff.Validation;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Series;

namespace Dmadiff.Cli.Validation;

/// <summary>Finds what turns on the code that a patch adds.</summary>
internal static partial class SwitchFinder
{
    private const string Parser = "/swiotlb.c";
    private const string Options = "Kconfig";
    private const string Attributes = "/dma-mapping.h";

    /// <summary>What the patches of a series add that can be switched on.</summary>
    public static IReadOnlyList<AddedSwitch> Of(PatchSeries series, CancellationToken cancel)
    {
        var git = new GitHistory(series.Repository, firstParent: true);
        return
        [
            .. series.Patches
                .Where(p => p.CommitId is not null && p.Files.Any(f => MayHold(f.Path)))
                .SelectMany(p => Find(
                    p.Number,
                    git.Diff(
                        git.Describe(p.CommitId!, cancel),
                        p.Files.Select(f => f.Path).Where(MayHold),
                        cancel)))
                .DistinctBy(s => (s.Kind, s.Name)),
        ];
    }

    /// <summary>The numbers on the command line that files go by which a series adds.</summary>
    public static IReadOnlyList<AddedParameter> ParametersOf(
        PatchSeries series, CancellationToken cancel)
    {
        var git = new GitHistory(series.Repository, firstParent: true);
        return
        [
            .. series.Patches
                .Where(p => p.CommitId is not null)
                .SelectMany(p => p.Files
                    .Where(f => f.Path.EndsWith(".c", StringComparison.Ordinal))
                    .SelectMany(f => Parameters(
                        Path.GetFileNameWithoutExtension(f.Path).Replace('-', '_'),
                        git.Diff(git.Describe(p.CommitId!, cancel), [f.Path], cancel))))
                .DistinctBy(p => p.Name),
        ];
    }

    private static IEnumerable<AddedParameter> Parameters(string unit, string diff) =>
        Parameter().Matches(diff).Select(match => new AddedParameter(
            $"{unit}.{match.Groups["name"].Value}",
            match.Groups["type"].Value == "byte" ? 8 : 32));

    /// <summary>Whether switches are looked for in a file.</summary>
    public static bool MayHold(string path) =>
        path.EndsWith(Parser, StringComparison.Ordinal)
        || path.EndsWith(Attributes, StringComparison.Ordinal)
        || Path.GetFileName(path) == Options;

    /// <summary>The words of swiotlb=, the options of the configuration and the attributes of
    /// mappings that a patch adds.</summary>
    /// <param name="number">The patch's number.</param>
    /// <param name="diff">What it changes, as git prints it.</param>
    public static IEnumerable<AddedSwitch> Find(int number, string diff)
    {
        foreach (string file in FileStart().Split(diff))
        {
            string path = Name().Match(file).Groups["path"].Value;
            if (path.EndsWith(Parser, StringComparison.Ordinal))
            {
                var gone = Words(file, '-').ToHashSet(StringComparer.Ordinal);
                foreach (string word in Words(file, '+').Distinct().Where(w => !gone.Contains(w)))
                {
                    yield return new AddedSwitch(SwitchKind.BootOption, word, number);
                }
            }
            else if (path.EndsWith(Attributes, StringComparison.Ordinal))
            {
                foreach (Match match in Attribute().Matches(file))
                {
                    int bit = int.Parse(match.Groups["bit"].Value, CultureInfo.InvariantCulture);
                    if (AttrWords.Numbered((ulong)bit) != AbiAttr.None)
                    {
                        yield return new AddedSwitch(
                            SwitchKind.Attribute, match.Groups["name"].Value, number)
                        {
                            Bit = bit,
                        };
                    }
                }
            }
            else if (Path.GetFileName(path) == Options)
            {
                foreach (Match match in Kconfig().Matches(file))
                {
                    yield return new AddedSwitch(
                        SwitchKind.Kconfig, match.Groups["name"].Value, number);
                }
            }
        }
    }

    private static IEnumerable<string> Words(string file, char sign) => file.Split('\n')
        .Where(line => line.StartsWith(sign))
        .SelectMany(line => Compared().Matches(line))
        .Select(match => match.Groups["word"].Value);

    [GeneratedRegex(
        "^(?=diff --)", RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex FileStart();

    [GeneratedRegex(
        @"^\+\+\+ b/(?<path>\S+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex Name();

    [GeneratedRegex(
        @"\bstrn?cmp\(\s*\*?\w+\s*,\s*""(?<word>[a-z][a-z0-9_-]*)""",
        RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Compared();

    // One that can be set by hand, with a prompt; what others select comes with those.
    [GeneratedRegex(
        @"^\+config (?<name>\w+)\n\+\s+bool ""?", RegexOptions.Multiline
            | RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Kconfig();

    [GeneratedRegex(
        @"^\+module_param\((?<name>\w+), (?<type>uint|byte), ", RegexOptions.Multiline
            | RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Parameter();

    [GeneratedRegex(
        @"^\+#define\s+DMA_ATTR_(?<name>\w+)\s+(\(1U?L?L?\s*<<\s*|BIT\()(?<bit>\d{1,2})\)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Attribute();
}
