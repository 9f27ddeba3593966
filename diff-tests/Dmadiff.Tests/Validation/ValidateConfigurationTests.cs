// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Tests.EndToEnd;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Validation;

/// <summary>Patches of what the default configuration does not run.</summary>
[Collection(nameof(CommandCollection))]
public sealed class ValidateConfigurationTests(Kernels kernels) : IDisposable
{
    private static readonly SourceEdit Half = new(
        "swiotlb_bounce",
        @"memcpy_from_page\(vaddr, page, offset, sz\);",
        "memcpy_from_page(vaddr, page, offset, sz / 2);");

    private static readonly SourceEdit Guarded = new(
        "swiotlb_bounce",
        @"if \(orig_addr ==",
        "\n#ifdef CONFIG_MADE_UP\n\t*(volatile int *)0 = 1;\n#endif\n\t$0");

    private readonly TemporaryFolder _folder = new();

    private Command Dmadiff => new() { Folder = _folder.Root };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lines_of_another_configuration_are_run_in_it_and_the_finding_can_be_replayed()
    {
        using (MadeSeries series = Start())
        {
            series.Edit("swiotlb: copy half", Half).Finish();
        }

        Outcome run = Validate();
        run.Exit.ShouldBe(1, run.Errors);
        string text = Unwrapped(run.Output);
        text.ShouldContain("also run as highmem (patch 1: PageHighMem), from patch 1 on: ");
        text.ShouldContain("patch 1 breaks the contract, C4 data: ");
        text.ShouldContain("machine memory=1G cpus=1 highmem");
        Outcome replay = Replay(run.Output);
        replay.Exit.ShouldBe(1, replay.Errors);
        replay.Output.ShouldContain("breaks the contract, C4 data");
    }

    [Fact]
    public void What_an_added_option_compiles_is_run_and_the_finding_can_be_replayed()
    {
        using (MadeSeries series = Start())
        {
            series
                .Append(
                    "iommu: an option",
                    "drivers/iommu/Kconfig",
                    "\nconfig MADE_UP\n\tbool \"Something made up\"\n")
                .Edit("swiotlb: follow NULL, if asked to", Guarded)
                .Finish();
        }

        Outcome run = Validate();
        run.Exit.ShouldBe(1, run.Errors);
        Unwrapped(run.Output).ShouldContain("patch 2 crashes: SIGSEGV at NULL in swiotlb_bounce");
        run.Output.ShouldContain("--kconfig MADE_UP");
        Outcome replay = Replay(run.Output);
        replay.Exit.ShouldBe(1, replay.Errors);
        replay.Output.ShouldContain("crashes: SIGSEGV at NULL");
    }

    // The command of the first finding.
    private Outcome Replay(string report)
    {
        string[] lines = report.Split('\n');
        int first = Array.FindIndex(
            lines, l => l.StartsWith("  replay   ", StringComparison.Ordinal));
        string[] command = [.. lines.Skip(first).TakeWhile(l => l.Length > 0)];
        command[0] = command[0]["  replay   ".Length..];
        return Dmadiff.Shell(string.Join('\n', command));
    }

    private static string Unwrapped(string output) => string.Join(' ', output.Split(
        (char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private MadeSeries Start() => new(_folder, "tree.git", kernels[Kernels.Old].Tree);

    private Outcome Validate() =>
        Dmadiff.Run("validate", "--tree", "tree.git", "base..topic", "--ops", "4000");
}
