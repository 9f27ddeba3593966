// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;
using Dmadiff.Cli.Litmus;
using Dmadiff.KernelHarness.Litmus;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Litmus;

/// <summary>That herd7 could read what is generated, as far as that can be told without it.
/// </summary>
public sealed partial class LitmusTextTests
{
    // All that the kernel's linux-kernel.def has and these tests use, and what C has.
    private static readonly string[] Known =
    [
        "int", "spinlock_t", "if", "READ_ONCE", "WRITE_ONCE", "smp_load_acquire",
        "smp_store_release", "smp_mb", "smp_rmb", "smp_wmb", "spin_lock", "spin_unlock",
    ];

    private static readonly IReadOnlyList<LitmusTest> All =
        [.. PostedTests.All, .. MainlineTests.All];

    public static TheoryData<string> Names => [.. All.Select(test => test.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_begins_with_its_name_and_says_what_is_expected(string name)
    {
        string text = Text(name);
        text.ShouldStartWith($"C {name}\n\n(*\n * Result: ");
        Comment().Count(text).ShouldBeGreaterThanOrEqualTo(1);
        text.Split('\n').Count(line => line.StartsWith("exists (", StringComparison.Ordinal))
            .ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_brackets_are_balanced(string name)
    {
        string code = Code(name);
        foreach ((char open, char close) in new[] { ('(', ')'), ('{', '}') })
        {
            int depth = 0;
            foreach (char c in code)
            {
                depth += c == open ? 1 : c == close ? -1 : 0;
                depth.ShouldBeGreaterThanOrEqualTo(0);
            }

            depth.ShouldBe(0);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_outcome_names_registers_that_the_threads_load(string name)
    {
        Dictionary<string, string> threads = Threads(name);
        string exists = Code(name).Split("exists ")[1];
        MatchCollection named = Outcome().Matches(exists);
        named.Count.ShouldBeGreaterThanOrEqualTo(2);
        foreach (Match match in named)
        {
            string body = threads[match.Groups["thread"].Value];
            string register = match.Groups["register"].Value;
            body.ShouldContain($"int {register};");
            body.ShouldContain($"\t{register} = ");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_thread_uses_what_it_declares_and_nothing_else(string name)
    {
        foreach (string thread in Threads(name).Values)
        {
            string[] parts = thread.Split(")\n{", 2);
            IEnumerable<string> parameters = Word().Matches(parts[0]).Select(m => m.Value)
                .Where(w => !Known.Contains(w)).Skip(1);
            IEnumerable<string> registers = Declared().Matches(parts[1])
                .Select(m => m.Groups["name"].Value);
            List<string> declared = [.. parameters, .. registers];
            IEnumerable<string> used = Word().Matches(Declared().Replace(parts[1], string.Empty))
                .Select(m => m.Value).Where(w => !Known.Contains(w)).Distinct();

            used.Order(StringComparer.Ordinal)
                .ShouldBe(declared.Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_holds_a_value_at_first_is_used(string name)
    {
        string code = Code(name);
        foreach (Match match in Initial().Matches(code.Split('}')[0]))
        {
            code.ShouldContain($"*{match.Groups["name"].Value}");
        }
    }

    [Fact]
    public void What_was_posted_is_allowed_and_what_corrects_it_is_forbidden()
    {
        All.Select(t => t.Name).ShouldBeUnique();
        Find("dyn-flag+posted").Expected.ShouldBe(LitmusVerdict.Sometimes);
        Find("dyn-flag+barriers").Expected.ShouldBe(LitmusVerdict.Never);
        Find("dyn-list-empty+barriers").Expected.ShouldBe(LitmusVerdict.Never);
        Find("dyn-remove-then-free").Expected.ShouldBe(LitmusVerdict.Never);
        All.Count(t => t.Expected == LitmusVerdict.Sometimes).ShouldBeGreaterThan(4);
    }

    private static LitmusTest Find(string name) => All.Single(test => test.Name == name);

    private static string Text(string name) => Find(name).Print();

    /// <summary>Without comments.</summary>
    private static string Code(string name) =>
        Comment().Replace(Text(name), string.Empty);

    private static Dictionary<string, string> Threads(string name) => Thread()
        .Matches(Code(name))
        .ToDictionary(m => m.Groups["number"].Value, m => m.Value, StringComparer.Ordinal);

    [GeneratedRegex(@"\(\*\n.*?\*\)\n|//[^\n]*", RegexOptions.Singleline, 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(
        @"^P(?<number>\d)\(.*?^}",
        RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Thread();

    [GeneratedRegex(
        @"(?<thread>\d):(?<register>r\d)=\d", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Outcome();

    [GeneratedRegex(@"\bint (?<name>r\d);", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Declared();

    [GeneratedRegex(@"(?<name>[a-z_]+)=\d", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Initial();

    [GeneratedRegex(@"\b[A-Za-z_][A-Za-z_0-9]*\b", RegexOptions.None, 1000)]
    private static partial Regex Word();
}
