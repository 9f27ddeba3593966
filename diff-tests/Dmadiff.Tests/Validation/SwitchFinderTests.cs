// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Cli.Validation;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Traces;
using Dmadiff.Diff.Validation;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Validation;

/// <summary>What a patch adds is found in its text, and put on sequences.</summary>
public class SwitchFinderTests
{
    private const string Diff = """
        diff --git a/drivers/iommu/Kconfig b/drivers/iommu/Kconfig
        --- a/drivers/iommu/Kconfig
        +++ b/drivers/iommu/Kconfig
        @@ -1,2 +1,6 @@
        +config MADE_UP
        +	bool "Something made up"
        +config SELECTED
        +	tristate
        diff --git a/kernel/dma/swiotlb.c b/kernel/dma/swiotlb.c
        --- a/kernel/dma/swiotlb.c
        +++ b/kernel/dma/swiotlb.c
        @@ -1,2 +1,6 @@
        -	if (!strcmp(str, "force"))
        +	if (!strcmp(word, "force"))
        +	else if (!strncmp(word, "made-up", 7))
        diff --git a/kernel/dma/direct.c b/kernel/dma/direct.c
        --- a/kernel/dma/direct.c
        +++ b/kernel/dma/direct.c
        @@ -1,2 +1,6 @@
        +	if (!strcmp(word, "elsewhere"))

        """;

    [Fact]
    public void Words_of_the_boot_option_and_options_with_a_prompt_are_found() =>
        SwitchFinder.Find(3, Diff).ShouldBe(
        [
            new AddedSwitch(SwitchKind.Kconfig, "MADE_UP", 3),
            new AddedSwitch(SwitchKind.BootOption, "made-up", 3),
        ]);

    [Fact]
    public void A_word_is_added_to_the_boot_option_and_each_sequence_knows_its_plain_one()
    {
        var word = new AddedSwitch(SwitchKind.BootOption, "made-up", 2);
        Workload workload = Workload.Make(
            [
                ("first", Trace("cmdline swiotlb=512,force")),
                ("second", Trace("cmdline coherent_pool=1M")),
            ],
            seed: 1,
            operations: 40,
            new HashSet<GeneratedPart> { GeneratedPart.Swiotlb },
            [word]);
        Exercise[] switched = [.. workload.Exercises.Where(e => e.Switch == word)];
        switched[0].Trace.Cmdline.ShouldBe("swiotlb=512,force,made-up");
        switched[1].Trace.Cmdline.ShouldBe("coherent_pool=1M swiotlb=made-up");
        switched.Select(e => workload.Exercises[e.Plain].Switch).ShouldAllBe(s => s == null);
        switched[0].IsFor(1).ShouldBeFalse();
        switched[0].IsFor(2).ShouldBeTrue();
    }

    [Fact]
    public void A_crash_is_known_again_whatever_its_line_and_address()
    {
        Defect Of(string where, string what) =>
            Defect.Of(new CrashReport(AbiCrashKind.Signal, 3, where, what));
        Of("lookup kernel/dma/swiotlb.c:610", "SIGSEGV at NULL+0x8")
            .ShouldBe(Of("lookup kernel/dma/swiotlb.c:99", "SIGSEGV at NULL+0x10"));
        Of("lookup kernel/dma/swiotlb.c:610", "SIGSEGV at NULL+0x8")
            .ShouldNotBe(Of("other kernel/dma/swiotlb.c:610", "SIGSEGV at NULL+0x8"));
    }

    private static Trace Trace(string cmdline) => TraceParser.Parse(
        $"dmadiff-trace 1\n{cmdline}\ndevice d0 dma_mask=32\nbuffer b0 size=4K\n"
        + "fill b0+0 4K seed=1\n");
}
