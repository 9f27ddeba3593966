// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;
using Dmadiff.Tests.KernelHarness;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.EndToEnd;

/// <summary>dmadiff fuzz --coverage and --keep.</summary>
[Collection(nameof(CommandCollection))]
public sealed class CoverageCommandTests : IDisposable
{
    private static readonly string[] Fuzz = ["fuzz", "--on", "debian/6.12", "--ops", "3000"];
    private readonly TemporaryFolder _folder = new();

    private Command Dmadiff => new() { Folder = _folder.Root };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_table_has_a_line_for_every_file_under_test()
    {
        Outcome outcome = Dmadiff.Run([.. Fuzz, "--coverage"]);
        outcome.Exit.ShouldBe(0, outcome.Errors);
        string[] lines = outcome.Output.Split('\n');
        lines.Single(l => l.Contains("kernel/dma/swiotlb.c")).ShouldMatch(
            @"^  kernel/dma/swiotlb\.c +\d+/\d+ +\d+/\d+ +[1-9]\d% +\d+/\d+ +[1-9]\d%$");
        lines.ShouldContain(l => l.Contains("drivers/iommu/iova.c"));
        lines.ShouldAllBe(l => l.Length <= 75);
    }

    [Fact]
    public void What_is_kept_is_the_same_every_time_and_runs()
    {
        Dmadiff.Run([.. Fuzz, "--keep", "a"]).Exit.ShouldBe(0);
        Dmadiff.Run([.. Fuzz, "--keep", "b"]).Exit.ShouldBe(0);
        Dictionary<string, string> kept = Read("a");
        kept.Count.ShouldBeGreaterThan(3);
        Read("b").ShouldBe(kept);
        kept.Values.Min(text => TraceParser.Parse(text).Operations.Count).ShouldBeLessThan(5);
        Dmadiff.Run("run", "--on", "debian/6.12", Path.Combine("a", kept.Keys.First()))
            .Exit.ShouldBe(0);
    }

    private Dictionary<string, string> Read(string folder) => Directory
        .EnumerateFiles(_folder[folder])
        .OrderBy(f => f, StringComparer.Ordinal)
        .ToDictionary(f => Path.GetFileName(f), File.ReadAllText);
}
