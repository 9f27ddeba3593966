// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Export;
using Dmadiff.KernelHarness.Git;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.KernelHarness;

public sealed class FeatureProbeTests
{
    private readonly Tree _tree = new();

    [Theory]
    [InlineData(@"A a.h void\s+foo\(", true)]
    [InlineData(@"A a.h ^\s*int pad;$", true)]
    [InlineData(@"A a.h only_in_comment", false)]
    [InlineData(@"A a.h also_in_comment", false)]
    [InlineData(@"A a.h bar", false)]
    [InlineData(@"A missing.h .", false)]
    public void A_probe_looks_at_the_text_without_comments(string line, bool found)
    {
        _tree.Files["a.h"] = "void  foo(int a);\n/* only_in_comment\n */ int x;\n" +
            "\tint pad;\n// also_in_comment\n";
        string header = FeatureProbes.Header(FeatureProbes.Parse(line, "f").Find(_tree));
        header.Contains("#define A 1\n").ShouldBe(found);
    }

    [Fact]
    public void Comments_and_empty_lines_are_no_probes()
    {
        _tree.Files["a.h"] = "x y";
        var probes = FeatureProbes.Parse("# B a.h x\n\n  A   a.h\tx y\n", "f");
        string header = FeatureProbes.Header(probes.Find(_tree));
        header.ShouldBe("/* Generated: what this tree has. */\n#define A 1\n");
    }

    [Theory]
    [InlineData("\nA a.h", "probes.txt:2: a probe is NAME path regex")]
    [InlineData("A a.h (", "probes.txt:1: ")]
    public void A_bad_line_is_named(string text, string message) =>
        Should.Throw<UserErrorException>(() => FeatureProbes.Parse(text, "probes.txt"))
            .Message.ShouldStartWith(message);

    [Theory]
    [InlineData("a /* b */ c", "a   c")]
    [InlineData("a // b\nc", "a  \nc")]
    [InlineData("/* a\n * b\n */c", " \n\nc")]
    [InlineData("\"/* a */\" '\"' // b", "\"/* a */\" '\"'  ")]
    [InlineData("\"\\\"/* a */\"", "\"\\\"/* a */\"")]
    [InlineData("#error don't\n/* a */b", "#error don't\n b")]
    [InlineData("a /* b", "a  ")]
    [InlineData("a / b /", "a / b /")]
    public void Comments_are_taken_out(string text, string expected) =>
        CComments.Strip(text).ShouldBe(expected);

    private sealed class Tree : ISourceTree
    {
        public Dictionary<string, string> Files { get; } = new(StringComparer.Ordinal);

        public string Name => "tree";

        public string? ContentId(string path) => Files.GetValueOrDefault(path);

        public byte[]? ReadFile(string path) =>
            Files.TryGetValue(path, out string? text) ? Encoding.UTF8.GetBytes(text) : null;

        public IReadOnlyList<string> ListFiles(string path, bool recurse = true) => [];
    }
}
