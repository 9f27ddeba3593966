// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.FlushPolicies;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.FlushPolicies;

/// <summary>Which part a CPU is served from, and when a part flushes.</summary>
public sealed class SubrangeTests
{
    private const uint Pages = 16;
    private readonly FlushWitness _iotlb = new();
    private readonly SubrangeAllocator _allocator;

    public SubrangeTests() => _allocator = new SubrangeAllocator(4, Pages, 4, _iotlb);

    [Fact]
    public void Each_cpu_has_a_part_of_its_own()
    {
        for (uint cpu = 1; cpu < 4; cpu++)
        {
            Take(cpu, 1).ShouldBe((ulong)(cpu * Pages));
        }
    }

    [Fact]
    public void A_cpu_whose_part_is_full_goes_on_with_the_next_and_stays_there()
    {
        Take(1, Pages).ShouldBe(Pages);
        Take(1, 1).ShouldBe(2UL * Pages);
        _iotlb.Free(_allocator, 1, 0);

        Take(1, 1).ShouldBe((2UL * Pages) + 1);
        _allocator.NextOf(1).ShouldBe(2u);
    }

    [Fact]
    public void Only_a_part_that_starts_over_flushes_and_only_if_something_was_freed()
    {
        Take(1, Pages / 2);
        Take(1, Pages / 2);
        _iotlb.Flushes.ShouldBe(0);
        _iotlb.Free(_allocator, 2, 0);
        Take(2, 1).ShouldBe(2UL * Pages);
        _iotlb.Flushes.ShouldBe(0);

        Take(1, 1).ShouldBe(Pages);
        _iotlb.Flushes.ShouldBe(1);
    }

    [Fact]
    public void Freeing_moves_the_search_behind_what_was_freed()
    {
        Take(1, 4).ShouldBe(Pages);
        Take(1, 4).ShouldBe(Pages + 4);
        Take(1, 8).ShouldBe(Pages + 8);
        _iotlb.Free(_allocator, 1, 0);
        Take(1, 1).ShouldBe(Pages);
        _iotlb.Flushes.ShouldBe(1);

        _iotlb.Free(_allocator, 1, 0);

        Take(1, 1).ShouldBe(Pages + 8 - 8 + 1);
        _iotlb.Flushes.ShouldBe(2);
    }

    [Fact]
    public void When_all_parts_are_full_there_is_no_room()
    {
        for (uint cpu = 1; cpu < 4; cpu++)
        {
            Take(cpu, Pages);
        }

        Take(0, Pages - 1).ShouldBe(1UL);
        Take(2, 1).ShouldBeNull();
    }

    private ulong? Take(uint cpu, ulong pages) =>
        _iotlb.Allocate(_allocator, cpu, new RangeRequest(pages));
}
