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
        Workload workload = Make("cmdline swiotlb=512,force", "cmdline coherent_pool=1M");
        workload.AddSwitched([word]);
        Exercise[] switched = [.. workload.Exercises.Where(e => e.Switch == word)];
        switched[0].Trace.Cmdline.ShouldBe("swiotlb=512,force,made-up");
        switched[1].Trace.Cmdline.ShouldBe("coherent_pool=1M swiotlb=made-up");
        switched.Select(e => workload.Exercises[e.Plain].Switch).ShouldAllBe(s => s == null);
        switched[0].IsFor(1).ShouldBeFalse();
        switched[0].IsFor(2).ShouldBeTrue();
    }

    [Fact]
    public void Attributes_are_found_by_the_bit_that_they_are()
    {
        const string diff = """
            diff --git a/include/linux/dma-mapping.h b/include/linux/dma-mapping.h
            --- a/include/linux/dma-mapping.h
            +++ b/include/linux/dma-mapping.h
            @@ -1,2 +1,6 @@
            +#define DMA_ATTR_MADE_UP		(1UL << 12)
            +#define DMA_ATTR_KNOWN		(1UL << 3)
            +#define DMA_MADE_UP		(1UL << 13)
            """;
        SwitchFinder.Find(2, diff).ShouldBe(
            [new AddedSwitch(SwitchKind.Attribute, "MADE_UP", 2) { Bit = 12 }]);
    }

    [Fact]
    public void An_attribute_is_set_on_mappings_alone_and_with_what_boot_options_switch_on()
    {
        var word = new AddedSwitch(SwitchKind.BootOption, "made-up", 5);
        var attribute = new AddedSwitch(SwitchKind.Attribute, "MADE_UP", 2) { Bit = 12 };
        Workload workload = Make("cmdline swiotlb=512");
        workload.AddSwitched([attribute, word]);
        Exercise[] switched =
            [.. workload.Exercises.Where(e => e.Switch?.Kind == SwitchKind.Attribute).Take(2)];
        string text = TracePrinter.Print(switched[0].Trace);
        text.ShouldContain("\nmap m0 d0 b0+0 4K to_device attr=12\n");
        text.ShouldContain("\nunmap m0\n");
        switched[0].Trace.Cmdline.ShouldBe("swiotlb=512");
        switched[0].IsFor(2).ShouldBeTrue();
        switched[1].Trace.Cmdline.ShouldBe("swiotlb=512,made-up");
        switched[1].IsFor(4).ShouldBeFalse();
        SwitchedTrace.Has(switched[1].Trace, word).ShouldBeTrue();
        SwitchedTrace.Has(switched[1].Trace, attribute).ShouldBeTrue();
    }

    [Fact]
    public void What_is_made_for_a_patch_is_run_from_the_kernel_before_and_judges_none_before()
    {
        Workload workload = Make("cmdline swiotlb=512");
        workload.AddMade(3, [Trace("cmdline swiotlb=512")], [], null);
        Exercise made = workload.Exercises[^1];
        Enumerable.Range(0, 5).Select(made.IsFor).ShouldBe([false, false, true, true, true]);
        Enumerable.Range(0, 5).Select(made.IsJudged)
            .ShouldBe([false, false, false, true, true]);
    }

    [Theory]
    [InlineData(KernelOption.SwiotlbDynamic)]
    [InlineData(KernelOption.Highmem)]
    [InlineData(KernelOption.NonCoherent)]
    public void Sequences_in_another_configuration_are_about_it(KernelOption option)
    {
        Workload workload = Make("cmdline swiotlb=512");
        var chosen = KernelConfiguration.Default.With(option, true);
        int before = workload.Exercises.Count;
        workload.AddConfigured(
            [("other", Trace("cmdline swiotlb=512"))],
            [new ChosenConfiguration(chosen, 2, "made up")]);
        Exercise[] configured = [.. workload.Exercises.Skip(before)];
        configured.ShouldNotBeEmpty();
        configured.ShouldAllBe(e => e.Configuration == chosen && e.Patch == 2);
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

    private static Workload Make(params string[] cmdlines)
    {
        var workload = new Workload(
            1, 4000, Workload.Weigh(new HashSet<GeneratedPart> { GeneratedPart.Swiotlb }));
        workload.AddPlain(cmdlines.Select((c, i) => ($"trace {i}", Trace(c))));
        return workload;
    }

    private static Trace Trace(string cmdline) => TraceParser.Parse(
        $"dmadiff-trace 1\n{cmdline}\ndevice d0 dma_mask=32\nbuffer b0 size=4K\n"
        + "fill b0+0 4K seed=1\nmap m0 d0 b0+0 4K to_device\nunmap m0\n");
}
