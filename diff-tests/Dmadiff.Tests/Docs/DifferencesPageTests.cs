// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;
using Dmadiff.Diff.Differences;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.Tests.EndToEnd;
using Dmadiff.Tests.KernelHarness;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Docs;

/// <summary>The pages about differences are what dmadiff diff makes of docs/traces/.</summary>
public sealed partial class DifferencesPageTests
{
    private static readonly List<DocBlock> Traces =
    [
        .. DocPage.Get("docs/differences-6.1-6.12.md").Blocks
            .Where(block => block.Language == "trace"),
    ];

    public static TheoryData<string> Catalogue =>
        [.. KnownDifferences.Catalogue.Select(entry => entry.Id)];

    public static TheoryData<string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach (var (older, newer) in DifferenceCatalogue.Pairs)
            {
                pairs.Add(older, newer);
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Catalogue))]
    public void Each_known_difference_has_a_trace_that_shows_it(string id)
    {
        var block = Traces.ShouldHaveSingleItem(id);
        using var older = new PortEngine(SwiotlbProfile.V6_1);
        using var newer = new PortEngine(SwiotlbProfile.V6_12);
        using var lockStep = LockStep.FirstWithOthers([older, newer], new BehaviourJudge());

        var report = lockStep.Run(TraceLowering.Lower(TraceParser.Parse(block.Text)));

        var divergence = report.Divergence.ShouldNotBeNull();
        DifferenceCatalogue
            .Find(KnownDifferences.Catalogue, new DifferenceContext(report.Trace, divergence))
            .ShouldNotBeNull().Id.ShouldBe(id);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Each_page_explains_all_of_its_catalogue_and_nothing_else(string older, string newer)
    {
        var page = Page(older, newer);
        var headings = page.Lines.Where(line => line.StartsWith("## ", StringComparison.Ordinal))
            .Select(line => line[3..]).Order(StringComparer.Ordinal);
        var known = DifferenceCatalogue.For(older, newer);
        headings.ShouldBe(known.Select(k => k.Id).Order(StringComparer.Ordinal));
        Directory.GetFiles(Path.Combine(DocPage.Root, "docs", "traces", $"{older}-{newer}"))
            .Select(file => Path.GetFileNameWithoutExtension(file)!)
            .Order(StringComparer.Ordinal).ShouldBe(known.Select(k => k.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_page_of_6_1_to_6_12_is_what_the_command_makes() => ShouldBeMade("6.1", "6.12");

    [ImportedKernelTheory("debian/5.10")]
    [InlineData("5.10", "6.1")]
    public void The_page_of_an_older_kernel_is_what_the_command_makes(string older, string newer) =>
        ShouldBeMade(older, newer);

    [ImportedKernelTheory("debian/7.3")]
    [InlineData("6.12", "7.3")]
    public void The_page_of_a_newer_kernel_is_what_the_command_makes(string older, string newer) =>
        ShouldBeMade(older, newer);

    private static void ShouldBeMade(string older, string newer)
    {
        using var folder = new TemporaryFolder();
        var traces = $"docs/traces/{older}-{newer}";
        var names = new List<string>();
        foreach (var file in Directory.GetFiles(Path.Combine(DocPage.Root, traces))
            .Order(StringComparer.Ordinal))
        {
            names.Add($"{traces}/{Path.GetFileName(file)}");
            folder.Write(names[^1], File.ReadAllText(file));
        }

        // By the name that the page has for it: where lines are wrapped depends on it.
        var diff = new Command { Folder = folder.Root }.Shell(
            $"export DMADIFF_COMMAND=./dmadiff; dmadiff diff debian/{older} debian/{newer} "
            + $"{string.Join(' ', names)} --findings {traces} --format md");

        diff.Exit.ShouldBe(1, diff.Errors);
        var page = string.Join('\n', Page(older, newer).Lines) + "\n";
        Neutral(diff.Output).ShouldBe(Neutral(page));
    }

    [Fact]
    public void Both_kernels_crash_where_the_readme_says_so()
    {
        var trace = TraceParser.ParseFile(
            Path.Combine(DocPage.Root, "docs", "traces", "tail-release.trace"));
        foreach (var profile in new[] { SwiotlbProfile.V6_1, SwiotlbProfile.V6_12 })
        {
            using var engine = new PortEngine(profile);
            using var lockStep = LockStep.FirstWithOthers([engine], new BehaviourJudge());

            lockStep.Run(TraceLowering.Lower(trace));

            engine.ReadCrash().ShouldNotBeNull().Where.ShouldContain("swiotlb_release_slots");
        }
    }

    private static DocPage Page(string older, string newer) =>
        DocPage.Get($"docs/differences-{older}-{newer}.md");

    // Point releases move lines.
    private static string Neutral(string page) => Version().Replace(
        SourceLine().Replace(page, ".c:{line}"), "- ${name}: {version}");

    [GeneratedRegex(@"\.c:\d+", RegexOptions.None, 1000)]
    private static partial Regex SourceLine();

    [GeneratedRegex(
        @"^- (?<name>debian/\S+): .*$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Version();
}

/// <summary>Finds the block below a heading.</summary>
internal static class DocBlockSelection
{
    public static DocBlock ShouldHaveSingleItem(this IEnumerable<DocBlock> blocks, string heading)
    {
        var found = blocks.Where(block => block.Heading == heading).ToList();
        found.Count.ShouldBe(1, $"traces below \"{heading}\"");
        return found[0];
    }
}
