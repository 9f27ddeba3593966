// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Configurations;

public class KernelConfigurationTests
{
    [Theory]
    [InlineData("default", "default")]
    [InlineData("page_size=64K,dynamic", "64K+dynamic")]
    [InlineData("highmem,64K,dynamic", "64K+dynamic+highmem")]
    [InlineData("debug_fs=no,pci=no", "no-debugfs+no-pci")]
    [InlineData("no-ofmem", "no-ofmem")]
    [InlineData("64K,dynamic,default,encrypt", "encrypt")]
    [InlineData("nodes,noncoherent,sglen", "sglen+noncoherent+numa")]
    public void Settings_make_a_configuration_with_a_name(string settings, string name)
    {
        var configuration = ConfigurationSettings.Parse(settings).Configuration;

        configuration.Name.ShouldBe(name);
        ConfigurationSettings.Parse(name).Configuration.ShouldBe(configuration);
    }

    [Fact]
    public void Equal_settings_are_one_configuration_in_any_order()
    {
        var one = ConfigurationSettings.Parse("16K,dynamic").Configuration;
        var other = ConfigurationSettings.Parse("swiotlb_dynamic=yes,page_size=16K").Configuration;

        other.ShouldBe(one);
        other.GetHashCode().ShouldBe(one.GetHashCode());
        KernelConfiguration.EachAlone.Distinct().Count()
            .ShouldBe(KernelConfiguration.EachAlone.Count);
    }

    [Fact]
    public void Each_choice_alone_has_those_that_bring_files_with_them() =>
        KernelConfiguration.EachAlone.Select(c => c.Name)
            .Intersect(["xen", "dma_debug"]).ShouldBe(["xen", "dma_debug"]);

    [Theory]
    [InlineData("8K", "--config: page_size must be 4K, 16K or 64K: 8K")]
    [InlineData("dynamic=maybe", "--config: \"dynamic=maybe\" must end in =yes or =no")]
    [InlineData("dynamics", "--config: no setting \"dynamics\" (did you mean \"dynamic\"?)")]
    public void A_setting_that_makes_no_sense_is_told(string settings, string why) =>
        Should.Throw<TraceException>(() => ConfigurationSettings.Parse(settings))
            .Message.ShouldStartWith(why);

    [Fact]
    public void Settings_change_only_what_they_name()
    {
        const string text = """
            dmadiff-trace 1
            machine memory=1G cpus=2 page_size=16K mem_encrypt=yes
            device d0 dma_mask=32 dma_coherent=no

            """;
        var trace = TraceParser.Parse(text);
        trace.Configuration.Name.ShouldBe("16K+encrypt+noncoherent");

        var changed = ConfigurationSettings.Parse("64K,highmem").Apply(trace);
        changed.Configuration.Name.ShouldBe("64K+highmem+encrypt+noncoherent");
        changed.Machine.HighmemFrom.ShouldBe(512UL << 20);

        var plain = ConfigurationSettings.Parse("default").Apply(trace);
        plain.Configuration.ShouldBe(KernelConfiguration.Default);
        plain.Machine.Cpus.ShouldBe(2UL);
    }

    [Fact]
    public void A_trace_says_how_its_kernel_is_configured()
    {
        const string text = """
            dmadiff-trace 1
            machine memory=1G cpus=4 page_size=64K swiotlb_dynamic=yes highmem=512M nodes=2 pci=no
            device d0 dma_mask=32 dma_coherent=no node=1

            """;
        var trace = TraceParser.Parse(text);

        trace.Configuration.Name.ShouldBe("64K+dynamic+highmem+noncoherent+numa+no-pci");
        TracePrinter.Print(trace).ShouldBe(text.ReplaceLineEndings("\n"));
        TraceLowering.Lower(trace).Setup.Configuration.ShouldBe(trace.Configuration);
    }

    [Theory]
    [InlineData("page_size=8K", "1:1: page_size must be 4K, 16K or 64K: 8K")]
    [InlineData("highmem=2G", "highmem out of range: 2G, must be 16M to 1G")]
    [InlineData("nodes=5", "nodes out of range: 5, must be 1 to 4")]
    [InlineData("page_size=64K memory=32772K", "memory must be a multiple of the page size, 64K")]
    public void A_machine_that_cannot_be_is_told(string settings, string why)
    {
        var message = Should.Throw<TraceException>(() => TraceParser.Parse(
            $"dmadiff-trace 1\nmachine {settings}\n")).Message;
        message.ShouldContain(why.Split(": ")[^1]);
    }

    [Fact]
    public void A_buffer_is_not_in_low_and_high_memory_at_once() =>
        Should.Throw<TraceException>(() => TraceParser.Parse("""
            dmadiff-trace 1
            machine memory=1G highmem=512M
            buffer b0 size=8K at=0x1ffff000
            """)).Message.ShouldContain("in low and in high memory");
}
