// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Traces;

public class RoundTripTests
{
    [Fact]
    public void Every_trace_of_the_corpus_is_read_and_written_back()
    {
        Corpus.Files.Count.ShouldBeGreaterThanOrEqualTo(25);
        foreach (var file in Corpus.Files)
        {
            var trace = TraceParser.ParseFile(file);

            trace.Comments.ShouldNotBeEmpty(file);
            var text = TracePrinter.Print(trace);
            TraceParser.Parse(text).ShouldBe(trace, file);
            TracePrinter.Print(TraceParser.Parse(text)).ShouldBe(text, file);
        }
    }

    [Fact]
    public void The_corpus_uses_every_operation_and_direction()
    {
        var operations = Corpus.Files.Concat(Corpus.ConfigurationFiles)
            .SelectMany(f => TraceParser.ParseFile(f).Operations).ToList();

        operations.Select(operation => operation.Kind).Distinct().Order()
            .ShouldBe(Enum.GetValues<OperationKind>());
        operations.Select(operation => operation.Direction).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public void Generated_traces_are_read_and_written_back()
    {
        var generator = new SequenceGenerator(42);
        for (var i = 0UL; i < 500; i++)
        {
            var trace = generator.Generate(i);

            var text = TracePrinter.Print(trace);
            var back = TraceParser.Parse(text);
            back.ShouldBe(trace);
            TracePrinter.Print(back).ShouldBe(text);
        }
    }

    [Fact]
    public void The_canonical_form_leaves_defaults_out_and_orders_declarations()
    {
        var trace = TraceParser.Parse("""
            # headline
            dmadiff-trace 1
            buffer b0 size=16384 at=0x2000000 # comments go
            device d0 dma_mask=64 min_align=4095 seg_boundary=4294967296 max_seg=65536
            pool   r0   size=0x400000 base=0x40000000
            cmdline  swiotlb=2048,4,force   quiet
            machine cpus=4 page_size=4096
            map m0 d0 b0 0x1000 to_device no_warn skip_sync
            swiotlb_map m1 d0 b0+16 5000 from_device align=0xfff
            sync_for_cpu m0 0x10
            """);

        TracePrinter.Print(trace).ShouldBe("""
            # headline
            dmadiff-trace 1
            machine memory=1G cpus=4
            cmdline swiotlb=2048,4,force quiet
            pool r0 base=0x40000000 size=4M
            device d0 dma_mask=64 min_align=0xfff
            buffer b0 size=16K at=0x2000000
            map m0 d0 b0+0 4K to_device skip_sync no_warn
            swiotlb_map m1 d0 b0+0x10 5000 from_device align=0xfff
            sync_for_cpu m0+0 16

            """);
    }

    [Theory]
    [InlineData("0", 0UL)]
    [InlineData("5000", 5000UL)]
    [InlineData("16K", 16384UL)]
    [InlineData("4M", 4194304UL)]
    [InlineData("8G", 8589934592UL)]
    public void Sizes_are_written_as_they_are_read(string text, ulong value)
    {
        Quantity.ParseSize(text, out var read).ShouldBeNull();
        read.ShouldBe(value);
        Quantity.FormatSize(value).ShouldBe(text);
    }

    [Fact]
    public void A_size_that_overflows_with_its_suffix_is_refused() =>
        Quantity.ParseSize("99999999999G", out _).ShouldBe("99999999999G does not fit in 64 bits");
}
