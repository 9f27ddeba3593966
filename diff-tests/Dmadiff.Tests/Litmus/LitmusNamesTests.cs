// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using System.Text.RegularExpressions;
using Dmadiff.Cli.Litmus;
using Dmadiff.Tests.EndToEnd;
using Dmadiff.Tests.RealKernels;
using Dmadiff.Tests.Series;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Litmus;

/// <summary>The functions and variables of litmus tests are those of the code they stand for.
/// </summary>
[Collection(nameof(CommandCollection))]
public sealed partial class LitmusNamesTests(Kernels kernels)
{
    // Of drivers, of the page allocator, and of lists in general.
    private static readonly string[] Others =
    [
        "dma_addr", "page_free", "zone_lock", "mem_lock", "alloc_pages", "list_empty",
    ];

    [PostedSeriesFact("petr-v2.mbox")]
    public void Tests_of_the_posted_list_speak_of_what_was_posted() => ShouldBeIn(
        PostedTests.All,
        File.ReadAllText(PostedSeriesFactAttribute.PathOf("petr-v2.mbox")));

    [Fact]
    public void Tests_of_the_list_of_pools_speak_of_what_is_in_the_kernel() => ShouldBeIn(
        MainlineTests.All,
        Read("kernel/dma/swiotlb.c") + Read("include/linux/swiotlb.h"));

    private static void ShouldBeIn(IReadOnlyList<LitmusTest> tests, string code)
    {
        List<string> names =
        [
            .. tests.SelectMany(t => t.Threads)
                .SelectMany(t => Function().Matches(t.Stands)
                    .Concat(t.Body.SelectMany(line => Variable().Matches(line))))
                .Select(m => m.Groups["name"].Value)
                .Distinct().Except(Others),
        ];
        names.Count.ShouldBeGreaterThanOrEqualTo(4);
        names.ShouldAllBe(name => Regex.IsMatch(
            code, $@"\b{name}\b", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    private string Read(string path) =>
        Encoding.UTF8.GetString(kernels[Kernels.New].Tree.ReadFile(path)!);

    [GeneratedRegex(@"(?<name>[a-z_]+)\(\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Function();

    [GeneratedRegex(
        @"[(*](?<name>[a-z]+_[a-z_]+|pools)\b(?!\()", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();
}
