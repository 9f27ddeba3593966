// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using System.Text.RegularExpressions;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.KernelHarness.Export;

/// <summary>
/// Questions about a tree, whose answers the harness's C is compiled with: it must build
/// against any revision, and versions say nothing about a tree with patches.
/// A line is <c>NAME path regex...</c>, the regex being the rest of the line.
/// </summary>
internal sealed class FeatureProbes
{
    private static readonly TimeSpan RegexLimit = TimeSpan.FromSeconds(5);
    private readonly List<Probe> _probes;

    private FeatureProbes(List<Probe> probes)
    {
        _probes = probes;
    }

    /// <summary>The files that the answers depend on; sorted.</summary>
    public IReadOnlyList<string> Paths =>
        [.. _probes.Select(p => p.Path).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Reads the questions from a file.</summary>
    /// <exception cref="UserErrorException">It is missing, or makes no sense.</exception>
    public static FeatureProbes Load(string file)
    {
        try
        {
            return Parse(File.ReadAllText(file), file);
        }
        catch (IOException e)
        {
            throw new UserErrorException(e.Message, e);
        }
    }

    /// <summary>Reads the questions.</summary>
    /// <param name="text">The lines; those that are empty or start with # are skipped.</param>
    /// <param name="file">Path for messages.</param>
    /// <exception cref="UserErrorException">A line makes no sense.</exception>
    public static FeatureProbes Parse(string text, string file)
    {
        var probes = new List<Probe>();
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length > 0 && line[0] != '#')
            {
                probes.Add(ParseLine(line, $"{file}:{i + 1}"));
            }
        }

        return new FeatureProbes(probes);
    }

    /// <summary>Names of the probes that match, in the order of the file.</summary>
    public IReadOnlyList<string> Find(ISourceTree tree)
    {
        var found = new List<string>();
        var texts = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (Probe probe in _probes)
        {
            if (!texts.TryGetValue(probe.Path, out string? text))
            {
                text = tree.ReadFile(probe.Path) is { } bytes
                    ? CComments.Strip(Encoding.UTF8.GetString(bytes))
                    : null;
                texts.Add(probe.Path, text);
            }

            if (text is not null && IsMatch(probe, text))
            {
                found.Add(probe.Name);
            }
        }

        return found;
    }

    /// <summary>The text of dmd_features.h: one #define for each name.</summary>
    public static string Header(IEnumerable<string> names)
    {
        var header = new StringBuilder("/* Generated: what this tree has. */\n");
        foreach (string name in names)
        {
            header.Append($"#define {name} 1\n");
        }

        return header.ToString();
    }

    private static bool IsMatch(Probe probe, string text)
    {
        try
        {
            return probe.Pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new UserErrorException(
                $"{probe.Path}: made so that looking for {probe.Name} in it does not end", e);
        }
    }

    private static Probe ParseLine(string line, string where)
    {
        const int parts = 3;
        string[] words = line.Split(
            (char[]?)null, parts, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < parts)
        {
            throw new UserErrorException($"{where}: a probe is NAME path regex");
        }

        try
        {
            var pattern = new Regex(
                words[2], RegexOptions.Multiline | RegexOptions.CultureInvariant, RegexLimit);
            return new Probe(words[0], words[1], pattern);
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException($"{where}: {e.Message}", e);
        }
    }

    private sealed record Probe(string Name, string Path, Regex Pattern);
}
