// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Cli.Validation;
using Dmadiff.Diff.Validation;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Series;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Validation;

public class ConfigurationFinderTests
{
    private const string Path = "kernel/dma/made-up.c";

    private const string Text =
        """
        int plain(void)
        {
            return 1;
        }
        #ifdef CONFIG_SWIOTLB_DYNAMIC
        int grows(void);
        #else
        int stays(void);
        #endif
        #ifndef CONFIG_DEBUG_FS
        int blind(void);
        #endif
        #if defined(CONFIG_HIGHMEM) && defined(CONFIG_NUMA)
        int both(void);
        #endif
        #ifdef CONFIG_NOT_OURS
        int unknown(void);
        #endif
        void *high(struct page *page) { return kmap_local_page(page); }
        /* what kmap_local_page_here() does */
        int named(void) { return IS_ENABLED(CONFIG_DMA_API_DEBUG); }
        int inner(struct page *page)
        {
            if (PageHighMem(page)) {
                int in_block;

                while (page)
                    in_loop(page);
            }
            after(page);
        }
        """;

    [Theory]
    [InlineData("int plain(void)", null)]
    [InlineData("int stays(void);", null)]
    [InlineData("int grows(void);", "dynamic: defined(CONFIG_SWIOTLB_DYNAMIC)")]
    [InlineData("int blind(void);", "no-debugfs: !defined(CONFIG_DEBUG_FS)")]
    [InlineData("int both(void);",
        "highmem+numa: defined(CONFIG_HIGHMEM) && defined(CONFIG_NUMA)")]
    [InlineData("int unknown(void);", null)]
    [InlineData("void *high(struct page *page) { return kmap_local_page(page); }",
        "highmem: kmap_local_page")]
    [InlineData("int named(void) { return IS_ENABLED(CONFIG_DMA_API_DEBUG); }",
        "dma_debug: CONFIG_DMA_API_DEBUG")]
    [InlineData("            in_loop(page);", "highmem: PageHighMem")]
    [InlineData("    after(page);", null)]
    public void A_changed_line_asks_for_what_has_it_compiled(string line, string? expected)
    {
        int number = Array.IndexOf(Text.Split('\n'), line) + 1;
        var file = new PatchedFile(Path, Path, false, [new LineRange(number, number)], []);
        var patch = new Patch(
            3, "made up", "A <a@b>", string.Empty, [], new string('0', 40), null, [], [file]);
        ChosenConfiguration[] chosen = [.. ConfigurationFinder.Find(patch, new OneFile())];
        chosen.Select(c => $"{c.Configuration.Name}: {c.Why}")
            .ShouldBe(expected is null ? [] : [expected]);
        chosen.ShouldAllBe(c => c.Since == 3);
    }

    private sealed class OneFile : ISourceTree
    {
        public string Name => "made up";

        public string? ContentId(string path) => path == Path ? path : null;

        public byte[]? ReadFile(string path) =>
            path == Path ? Encoding.UTF8.GetBytes(Text) : null;

        public IReadOnlyList<string> ListFiles(string path, bool recurse = true) => [Path];
    }
}
