// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using System.Text.RegularExpressions;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Litmus;

namespace Dmadiff.Cli.Litmus;

/// <summary>A litmus test, in the kernel's own format, with names of the kernel's own code.
/// </summary>
/// <param name="Name">Its name, and that of its file.</param>
/// <param name="About">What it asks, and why the answer is what it is.</param>
/// <param name="Expected">The answer.</param>
/// <param name="Initially">What memory holds; what is not named is 0.</param>
/// <param name="Threads">What the CPUs do, P0 first.</param>
/// <param name="Exists">The outcome that is asked about.</param>
internal sealed partial record LitmusTest(
    string Name,
    string About,
    LitmusVerdict Expected,
    string Initially,
    IReadOnlyList<LitmusThread> Threads,
    string Exists)
{
    private const int CommentWidth = 72;

    /// <summary>The test as a file that herd7 reads.</summary>
    public string Print()
    {
        var text = new StringBuilder();
        text.Append($"C {Name}\n\n(*\n * Result: {Expected}\n *\n");
        foreach (string line in Wrap(About))
        {
            text.Append($" * {line}".TrimEnd()).Append('\n');
        }

        text.Append(" *)\n\n");
        text.Append(Initially.Length == 0 ? "{}\n" : $"{{\n\t{Initially};\n}}\n");
        for (int i = 0; i < Threads.Count; i++)
        {
            Append(text, i, Threads[i]);
        }

        return text.Append($"\nexists ({Exists})\n").ToString();
    }

    private static void Append(StringBuilder text, int number, LitmusThread thread)
    {
        string body = string.Join('\n', thread.Body);
        IEnumerable<string> shared = Names(Shared(), body).Select(name => $"int *{name}");
        IEnumerable<string> locks = Names(Lock(), body).Select(name => $"spinlock_t *{name}");
        text.Append($"\n// {thread.Stands}\n");
        text.Append($"P{number}({string.Join(", ", shared.Concat(locks))})\n{{\n");
        List<string> registers = [.. Names(Register(), body)];
        foreach (string register in registers)
        {
            text.Append($"\tint {register};\n");
        }

        text.Append(registers.Count > 0 ? "\n" : string.Empty);
        foreach (string line in thread.Body)
        {
            text.Append('\t').Append(line).Append('\n');
        }

        text.Append("}\n");
    }

    private static IEnumerable<string> Names(Regex pattern, string body) => pattern.Matches(body)
        .Select(match => match.Groups["name"].Value)
        .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Wrap(string text)
    {
        string line = string.Empty;
        foreach (string word in text.Split(' '))
        {
            if (line.Length + 1 + word.Length > CommentWidth)
            {
                yield return line;
                line = string.Empty;
            }

            line += line.Length == 0 ? word : " " + word;
        }

        yield return line;
    }

    // What is read or written, by macros that take a location or its address.
    [GeneratedRegex(
        @"(READ_ONCE\(\*|WRITE_ONCE\(\*|smp_load_acquire\(|smp_store_release\()(?<name>[a-z_]+)",
        RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex Shared();

    [GeneratedRegex(
        @"spin_(un)?lock\((?<name>[a-z_]+)\)", RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex Lock();

    [GeneratedRegex(@"\b(?<name>r\d)\b", RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Register();
}
