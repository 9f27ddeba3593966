// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.Iommu;
using Dmadiff.ManagedPort.Iova;
using Dmadiff.ManagedPort.KernelDma;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.IoBufferPool;

/// <summary>Buffers that stay mapped, on the port alone.</summary>
public sealed class BufferPoolTests : IDisposable
{
    private const string Strict = "device d0 dma_mask=32 iommu=strict\nbuffer b0 size=1M";

    private readonly PortEngine _port =
        new(SwiotlbProfile.V6_1, IovaProfile.V6_1, IommuProfile.IoBuffers);

    public void Dispose() => _port.Dispose();

    [Fact]
    public void A_buffer_is_used_again_by_a_mapping_of_the_same_rights_alone()
    {
        ulong[] values = Run("", Strict, """
            map m0 d0 b0+0 4K to_device
            unmap m0
            map m1 d0 b0+0x1000 4K from_device
            map m2 d0 b0+0x2000 4K to_device
            iotlb_read d0 map_calls
            """);
        values[2].ShouldNotBe(values[0]);
        values[3].ShouldBe(values[0]);
        values[4].ShouldBe(2UL);
    }

    [Fact]
    public void The_smallest_class_that_fits_is_taken_and_no_larger_one_instead()
    {
        // Classes of 4K, 16K and 128K, from the top down; the offset in the page counts.
        ulong[] values = Run("io_buffer_pool.num_slots=1", Strict, """
            map m0 d0 b0+0 4K to_device
            map m1 d0 b0+1 4K to_device
            map m2 d0 b0+0x20000 128K to_device
            map m3 d0 b0+0 4K to_device
            iotlb_read d0 mapped
            """);
        (values[0] % 4096).ShouldBe(0UL);
        (values[1] % (16 << 10)).ShouldBe(1UL);
        (values[2] % (128 << 10)).ShouldBe(0UL);
        values[4].ShouldBe(1UL + 4 + 32 + 1, "the last one is mapped as ever");
    }

    [Theory]
    [InlineData(4999, 4999, 1)]
    [InlineData(5000, 4999, 1)]
    [InlineData(5000, 5000, 0)]
    public void A_buffer_is_freed_by_the_second_pass_that_finds_it(
        int first, int second, int left)
    {
        ulong[] values = Run("", Strict, $"""
            map m0 d0 b0+0 4K to_device
            unmap m0
            time {first}
            time {second}
            iotlb_read d0 mapped
            """);
        values[^1].ShouldBe((ulong)left);
    }

    [Fact]
    public void A_buffer_that_was_used_between_passes_is_not_old()
    {
        ulong[] values = Run("", Strict, """
            map m0 d0 b0+0 4K to_device
            unmap m0
            time 5000
            map m1 d0 b0+0 4K to_device
            unmap m1
            time 5000
            iotlb_read d0 mapped
            time 5000
            iotlb_read d0 mapped
            """);
        values[6].ShouldBe(1UL);
        values[8].ShouldBe(0UL);
    }

    [Fact]
    public void A_list_is_cut_into_segments_as_long_as_the_device_takes()
    {
        ulong[] values = Run(
            "",
            "device d0 dma_mask=32 max_seg=4K iommu=strict\nbuffer b0 size=1M",
            """
            sglist s0 b0+0:3K b0+0x1000:3K b0+0x2000:3K
            map_sg m0 d0 s0 to_device
            sg_length m0 0
            sg_length m0 1
            sg_length m0 2
            """);
        values[^4..].ShouldBe([3UL, 4096, 4096, 1024]);
    }

    [Theory]
    [InlineData("io_buffer_pool.class_sizes=0")]
    [InlineData("io_buffer_pool.num_slots=0")]
    public void Without_slots_or_classes_all_is_as_ever(string cmdline) =>
        Run(cmdline, Strict, "map m0 d0 b0+0 4K to_device\nunmap m0\niotlb_read d0 mapped")[^1]
            .ShouldBe(0UL);

    [Theory]
    [InlineData("io_buffer_pool.num_slots=0x1", 2)]
    [InlineData("io_buffer_pool.num_slots=01", 2)]
    [InlineData("io_buffer_pool.num_slots=1", 2)]
    [InlineData("io_buffer_pool.num_slots=1x", 1)]
    [InlineData("io_buffer_pool.num_slots=", 1)]
    [InlineData("io_buffer_pool.num_slots", 1)]
    [InlineData("io_buffer_pool.num_slots=4294967296", 1)]
    [InlineData("io_buffer_pool.num_slots=08", 1)]
    public void A_parameter_is_a_number_in_any_base_or_nothing(string word, int mapCalls)
    {
        // With one slot the second mapping is made as ever, and so is the third.
        ulong[] values = Run(word, Strict, """
            map m0 d0 b0+0 4K to_device
            unmap m0
            map m1 d0 b0+0 4K to_device
            map m2 d0 b0+0 4K bidirectional
            unmap m2
            map m3 d0 b0+0 4K bidirectional
            iotlb_read d0 map_calls
            """);
        (values[^1] == 3).ShouldBe(mapCalls == 2);
    }

    private ulong[] Run(string cmdline, string devices, string operations)
    {
        LoweredTrace trace = TraceLowering.Lower(TraceParser.Parse(
            $"dmadiff-trace 1\ncmdline {cmdline} swiotlb=512\n{devices}\n{operations}\n"));
        _port.Boot(trace.Setup, new AbiResult[trace.Setup.StepCount]);
        var results = new AbiResult[trace.Ops.Length];
        _port.Run(trace.Ops, results);
        results.ShouldAllBe(r => r.Status == AbiStatus.Ok);
        // The last one is a check that every trace ends with.
        return [.. results[..^1].Select(r => r.Value)];
    }
}
