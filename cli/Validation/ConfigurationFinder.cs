// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using System.Text.RegularExpressions;
using Dmadiff.Bindings;
using Dmadiff.Diff.Validation;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Series;

namespace Dmadiff.Cli.Validation;

/// <summary>Finds configurations that compile, or run, what a patch changes and the default
/// leaves out.</summary>
internal static partial class ConfigurationFinder
{
    /// <summary>Each is a build of every kernel from there on.</summary>
    public const int Most = 4;

    private static readonly (string Prefix, KernelOption Option)[] Files =
    [
        ("drivers/xen/swiotlb-xen", KernelOption.Xen),
        ("include/xen/swiotlb-xen", KernelOption.Xen),
        ("kernel/dma/debug.", KernelOption.DmaDebug),
    ];

    // Calls that come to nothing by default.
    private static readonly (string Word, KernelOption Option)[] Words =
    [
        ("force_dma_unencrypted", KernelOption.MemoryEncryption),
        ("cc_platform_has", KernelOption.MemoryEncryption),
        ("set_memory_decrypted", KernelOption.MemoryEncryption),
        ("set_memory_encrypted", KernelOption.MemoryEncryption),
        ("dma_set_decrypted", KernelOption.MemoryEncryption),
        ("dma_set_encrypted", KernelOption.MemoryEncryption),
        ("arch_sync_dma_for_device", KernelOption.NonCoherent),
        ("arch_sync_dma_for_cpu", KernelOption.NonCoherent),
        ("arch_dma_prep_coherent", KernelOption.NonCoherent),
        ("dev_is_dma_coherent", KernelOption.NonCoherent),
        ("PageHighMem", KernelOption.Highmem),
        ("kmap_local_page", KernelOption.Highmem),
        ("kmap_atomic", KernelOption.Highmem),
        ("memcpy_from_page", KernelOption.Highmem),
        ("memcpy_to_page", KernelOption.Highmem),
        ("dev_to_node", KernelOption.Numa),
    ];

    /// <summary>What a patch asks for, the first reason of each.</summary>
    /// <param name="patch">The patch; it applied.</param>
    /// <param name="tree">The tree after it.</param>
    public static IEnumerable<ChosenConfiguration> Find(Patch patch, ISourceTree tree) =>
        patch.Files.Where(f => f is { IsRelated: true, IsRemoved: false })
            .SelectMany(f => Find(f, tree))
            .DistinctBy(c => c.Configuration)
            .Select(c => new ChosenConfiguration(c.Configuration, patch.Number, c.Why));

    private static IEnumerable<(KernelConfiguration Configuration, string Why)> Find(
        PatchedFile file, ISourceTree tree)
    {
        foreach (var (prefix, option) in Files)
        {
            if (file.Path.StartsWith(prefix, StringComparison.Ordinal))
            {
                yield return (KernelConfiguration.Default.With(option, true), file.Path);
            }
        }

        string text = Encoding.UTF8.GetString(tree.ReadFile(file.Path) ?? []);
        string[] lines = text.Split('\n');
        var guards = LineGuards.Of(text);
        foreach (int number in Changed(file).Where(n => n <= lines.Length))
        {
            if (Opening(guards, number) is { } opening)
            {
                yield return (opening, string.Join(" and ", guards.Of(number)));
            }

            string line = lines[number - 1];
            foreach (Match match in Config().Matches(line.StartsWith('#') ? string.Empty : line))
            {
                if (OptionOf(match.Groups["name"].Value) is { } named)
                {
                    yield return (Other(named), match.Value);
                }
            }

            foreach (var (word, option) in Words.Where(
                w => Enclosing(lines, number).Any(outer => Mentions(outer, w.Word))))
            {
                yield return (KernelConfiguration.Default.With(option, true), word);
            }
        }
    }

    // A line and the heads of the blocks that it is in, by their indentation.
    private static IEnumerable<string> Enclosing(string[] lines, int number)
    {
        int depth = int.MaxValue;
        for (int i = number - 1; i >= 0 && depth > 0; i--)
        {
            int own = lines[i].TakeWhile(char.IsWhiteSpace).Count();
            if (lines[i].Trim().Length > 0 && own < depth)
            {
                depth = own;
                yield return lines[i];
            }
        }
    }

    // What only takes lines out of a function stands where the function does.
    private static IEnumerable<int> Changed(PatchedFile file) =>
        file.Added.SelectMany(r => Enumerable.Range(r.First, r.Count))
            .Concat(file.Functions.Where(f => f.Added.Count == 0).Select(f => f.Lines.First));

    // The default with one option otherwise, or two, that has a line compiled.
    private static KernelConfiguration? Opening(LineGuards guards, int line)
    {
        if (!IsLeftOut(guards, line, KernelConfiguration.Default))
        {
            return null;
        }

        KernelConfiguration[] single = [.. KernelOptionName.All.Select(Other)];
        KernelConfiguration[] pairs =
        [
            .. from first in KernelOptionName.All
               from second in KernelOptionName.All
               where first.Option < second.Option
               select Other(first).With(second.Option, !second.OnByDefault),
        ];
        return single.Concat(pairs).FirstOrDefault(c => !IsLeftOut(guards, line, c));
    }

    private static bool IsLeftOut(
        LineGuards guards, int line, KernelConfiguration configuration) =>
        guards.IsCompiled(line, macro => IsOn(macro, configuration)) == false;

    // Of other macros nothing is known here.
    private static bool? IsOn(string macro, KernelConfiguration configuration) =>
        OptionOf(macro) is { } option ? configuration.Has(option.Option) : null;

    private static KernelOptionName? OptionOf(string macro) =>
        KernelOptionName.All.FirstOrDefault(
            o => o.Kconfig.Any(name => macro == name || macro == "CONFIG_" + name));

    private static KernelConfiguration Other(KernelOptionName option) =>
        KernelConfiguration.Default.With(option.Option, !option.OnByDefault);

    private static bool Mentions(string line, string word)
    {
        int at = line.IndexOf(word, StringComparison.Ordinal);
        return at >= 0 && !line.TrimStart().StartsWith('*')
            && (at == 0 || !(char.IsLetterOrDigit(line[at - 1]) || line[at - 1] == '_'));
    }

    [GeneratedRegex(@"\bCONFIG_(?<name>\w+)\b", RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex Config();
}
