// SPDX-License-Identifier: GPL-2.0-only
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Dmadiff.Tests.Style;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.EndToEnd;

/// <summary>--format, and dmadiff diff.</summary>
[Collection(nameof(CommandCollection))]
public sealed class FormatCommandTests(Kernels kernels) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private Command Dmadiff => new() { Folder = _folder.Root };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_machine_finds_one_document_and_nothing_else_on_standard_output()
    {
        string[] run = ["run", Corpus("sync-second-slot"), Corpus("empty-mapping"), "--format"];
        Outcome json = Dmadiff.Run([.. run, "json"]);
        json.Exit.ShouldBe(1, json.Errors);
        json.Errors.ShouldBeEmpty();
        JsonNode document = JsonNode.Parse(json.Output)!;
        document["kernels"]!.AsArray().Select(k => (string)k!["name"]!)
            .ShouldBe([Kernels.Old, Kernels.New]);
        List<JsonNode> findings =
        [
            .. document["checks"]!.AsArray().SelectMany(c => c!["findings"]!.AsArray())
                .Select(f => f!),
        ];
        findings.Select(f => (string)f["rule"]!).ShouldBe(
            ["contract-c7", "contract-c4", "crash", "crash", "kernel-difference"]);
        findings.ShouldAllBe(f => (string?)f["file"] == "kernel/dma/swiotlb.c"
            && (int)f["line"]! > 100 && (string?)f["function"] != "");
        findings.ShouldAllBe(f => File.Exists(_folder[(string)f["trace_file"]!]));

        XDocument.Parse(Dmadiff.Run([.. run, "junit"]).Output)
            .Descendants("testcase").Count().ShouldBe(9);
        JsonNode.Parse(Dmadiff.Run([.. run, "sarif"]).Output)!["runs"]![0]!["results"]!.AsArray()
            .Select(r => (string)r!["partialFingerprints"]!["dmadiff/v1"]!)
            .ShouldBe(findings.Select(f => (string)f["fingerprint"]!));
        Dmadiff.Run([.. run, "ktap"]).Output.ShouldStartWith("KTAP version 1\n1..8\n");
    }

    [Fact]
    public void Notices_are_kept_apart_from_a_machines_document()
    {
        Outcome demo = Dmadiff.Run(
            "demo", "--sequences", "1", "--format", "sarif", "--findings", "out");
        JsonNode.Parse(demo.Output)!["version"]!.GetValue<string>().ShouldBe("2.1.0");
        demo.Errors.ShouldContain("differs from its port in 0 sequences\n");
    }

    [Fact]
    public void Two_revisions_of_a_tree_differ_by_the_commit_between_them()
    {
        var edit = new SourceEdit("swiotlb_tbl_map_single", @"if \(!mem \|\|", "$0 1 ||");
        UserTree tree = UserTree.Create(_folder, "linux", kernels[Kernels.New], edit);
        string before = tree.Fingerprint();
        Outcome diff = Dmadiff.Run(
            "diff", "main~1", "main", Corpus("bounce-to-device"), "--tree", "linux");
        diff.Exit.ShouldBe(1, diff.Errors);
        diff.Output.ShouldContain("main~1 and main behave differently, in 1 way:\n");
        diff.Output.ShouldContain("main behaves differently: map status ok/mapping_error");
        diff.Output.ShouldMatch("\n  commit   [0-9a-f]{12} swiotlb: an edit\n");
        diff.Output.ShouldContain("  replay   dmadiff diff --tree linux main~1 main \\\n");
        Dmadiff.Run("diff", "main~1", "main~1^{}", "--ops", "500", "--tree", "linux").Output
            .ShouldContain("main~1 and main~1^{} behave the same on all of this.\n");
        tree.Fingerprint().ShouldBe(before);
    }

    private static string Corpus(string name) =>
        Path.Combine(SourceTree.Root, "diff-tests", "corpus", name + ".trace");
}
