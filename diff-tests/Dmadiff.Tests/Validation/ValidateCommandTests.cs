// SPDX-License-Identifier: GPL-2.0-only
using System.Text.Json;
using Dmadiff.Tests.EndToEnd;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Validation;

/// <summary>The command, on made series whose patches do one thing each.</summary>
[Collection(nameof(CommandCollection))]
public sealed class ValidateCommandTests(Kernels kernels) : IDisposable
{
    private const string NeverCalled =
        "\nint swiotlb_made_up(int number)\n{\n\treturn number + 1;\n}\n";

    private static readonly SourceEdit Same =
        new("swiotlb_release_slots", @"used -= nslots", "used -= (nslots)");

    private static readonly SourceEdit Smaller =
        new("swiotlb_max_mapping_size", @"\bIO_TLB_SEGSIZE\b", "(IO_TLB_SEGSIZE / 2)");

    private static readonly SourceEdit Crash =
        new("swiotlb_bounce", @"if \(orig_addr ==", "*(volatile int *)0 = 1; $0");

    private static readonly SourceEdit Healed =
        new("swiotlb_bounce", @"\*\(volatile int \*\)0 = 1; ", "");

    private static readonly SourceEdit HalfSync =
        new("swiotlb_sync_single_for_cpu", @"\btlb_addr, size\b", "tlb_addr, size / 2");

    private static readonly SourceEdit Broken =
        new("swiotlb_bounce", @"\bsize = alloc_size;", "size = alloc_sze;");

    private static readonly SourceEdit Mended =
        new("swiotlb_bounce", @"\bsize = alloc_sze;", "size = alloc_size;");

    private readonly TemporaryFolder _folder = new();

    private Command Dmadiff => new() { Folder = _folder.Root };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_patch_is_told_what_it_does()
    {
        using (MadeSeries series = Start("tree.git"))
        {
            series
                .Edit("swiotlb: parentheses\n\nNo functional change intended.\n", Same)
                .Edit("swiotlb: promise less\n\nNo functional change.\n", Smaller)
                .Write("notes", "README", "notes\n")
                .Edit("swiotlb: follow NULL", Crash)
                .Edit("swiotlb: do not", Healed)
                .Edit("swiotlb: sync half", HalfSync)
                .Edit("swiotlb: do not build", Broken)
                .Edit("swiotlb: build again", Mended)
                .Append("swiotlb: more", SourceEdit.Swiotlb, NeverCalled)
                .Finish();
        }

        Outcome run = Validate("--tree", "tree.git", "base..topic");
        run.Exit.ShouldBe(1, run.Errors);
        string[] lines = run.Output.Split('\n');
        lines[0].ShouldStartWith("9 patches on ");
        lines[0].ShouldEndWith(": patches 4, 6, 7 are broken");
        string Row(int number) => lines.Single(l => l.StartsWith($"{number}/9 "));
        Row(1).ShouldContain(" no change ");
        Row(2).ShouldContain(" change");
        Row(3).ShouldContain(" touches nothing built ");
        Row(4).ShouldContain(" 1 crash");
        Row(5).ShouldContain(" mends ");
        Row(6).ShouldContain(" breach");
        Row(7).ShouldContain(" does not build ");
        Row(9).ShouldContain(" no change ");
        string text = Unwrapped(run);
        text.ShouldContain("patch 1 says \"No functional change intended\": none was seen in ");
        text.ShouldContain("patch 2 says \"No functional change\", but ");
        text.ShouldContain("patch 4 crashes: SIGSEGV at NULL in swiotlb_bounce kernel/dma/");
        text.ShouldContain("not seen any more with patch 5: SIGSEGV at NULL in swiotlb_bounce");
        text.ShouldContain("patch 6 breaks the contract, C4 data: at sync_for_cpu ");
        text.ShouldContain("patch 7 does not build: kernel/dma/swiotlb.c:");
        text.ShouldContain("patch 9 adds what no sequence reached: swiotlb_made_up()");
        lines.Where(l => l.Length > 75 && !l.StartsWith("    ")).ShouldBeEmpty();

        // The same again, from what is kept, for a machine.
        Outcome json = Validate("--tree", "tree.git", "base..topic", "--format", "json");
        json.Exit.ShouldBe(1, json.Errors);
        JsonElement document = JsonDocument.Parse(json.Output).RootElement;
        document.GetProperty("verdict").GetString().ShouldBe(lines[0]);
        document.GetProperty("table").GetArrayLength().ShouldBe(9);
    }

    [Fact]
    public void A_patch_that_mends_what_an_earlier_commit_broke_is_clean_and_its_claim_holds()
    {
        IReadOnlyList<string> ids;
        using (MadeSeries made = Start("broken.git"))
        {
            ids = made.Edit("swiotlb: sync half", HalfSync).Finish();
        }

        using (MadeSeries made = Start("tree.git"))
        {
            made.Edit("swiotlb: sync half", HalfSync)
                .Restore(
                    $"swiotlb: sync all\n\nFixes: {ids[1][..12]} (\"swiotlb: sync half\")\n",
                    SourceEdit.Swiotlb)
                .Finish()[1].ShouldBe(ids[1]);
        }

        Outcome run = Validate("--tree", "tree.git", "topic~1..topic");
        run.Exit.ShouldBe(0, run.Errors);
        run.Output.ShouldStartWith("1 patch on ");
        Unwrapped(run).ShouldContain(
            $"patch 1 says it fixes {ids[1][..12]}: what that brought is gone: C4 data");
    }

    [Fact]
    public void A_patch_that_does_not_fix_what_it_says_is_told()
    {
        using (MadeSeries made = Start("tree.git"))
        {
            IReadOnlyList<string> ids;
            using (MadeSeries before = Start("before.git"))
            {
                ids = before.Edit("swiotlb: sync half", HalfSync).Finish();
            }

            made.Edit("swiotlb: sync half", HalfSync)
                .Edit($"swiotlb: parentheses\n\nFixes: {ids[1][..12]} (\"x\")\n", Same)
                .Finish();
        }

        Outcome run = Validate("--tree", "tree.git", "topic~1..topic");
        run.Exit.ShouldBe(1, run.Errors);
        Unwrapped(run).ShouldContain("what that brought is still there");
    }

    [Fact]
    public void A_series_that_touches_nothing_that_is_built_is_not_tested()
    {
        using (MadeSeries made = Start("tree.git"))
        {
            made.Write("notes", "README", "notes\n").Finish();
        }

        Outcome run = Validate("--tree", "tree.git", "base..topic");
        run.Exit.ShouldBe(0, run.Errors);
        run.Output.ShouldContain("nothing was tested");
    }

    [Fact]
    public void Without_the_sandbox_the_report_says_what_that_gives_up()
    {
        using (MadeSeries made = Start("tree.git"))
        {
            made.Edit("swiotlb: parentheses", Same).Finish();
        }

        Outcome run = Validate("--tree", "tree.git", "base..topic", "--no-sandbox");
        run.Exit.ShouldBe(0, run.Errors);
        run.Output.ShouldContain("with your rights");
        run.Output.ShouldContain("1/1    no change");
    }

    private static string Unwrapped(Outcome run) => string.Join(' ', run.Output.Split(
        (char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private MadeSeries Start(string name) => new(_folder, name, kernels[Kernels.Old].Tree);

    private Outcome Validate(params string[] arguments) =>
        Dmadiff.Run(["validate", "--quick", .. arguments]);
}
