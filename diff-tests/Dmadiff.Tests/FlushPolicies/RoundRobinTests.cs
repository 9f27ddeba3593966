// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.FlushPolicies;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.FlushPolicies;

/// <summary>When the round-robin allocator flushes, and where it goes on.</summary>
public sealed class RoundRobinTests
{
    private const ulong All = RoundRobinAllocator.RangePages;
    private readonly FlushWitness _iotlb = new();
    private readonly RoundRobinAllocator _allocator;

    public RoundRobinTests() => _allocator = new RoundRobinAllocator(_iotlb);

    [Fact]
    public void What_is_freed_is_not_used_again_while_there_is_space_ahead()
    {
        Take(1).ShouldBe(1UL);
        Take(1).ShouldBe(2UL);
        _iotlb.Free(_allocator, 0, 0);
        _iotlb.Free(_allocator, 0, 0);

        Take(1).ShouldBe(3UL);
        _iotlb.Flushes.ShouldBe(0);
    }

    [Fact]
    public void Going_round_the_whole_space_costs_one_flush()
    {
        for (ulong i = 1; i < All; i++)
        {
            Take(1).ShouldBe(i);
            _iotlb.Free(_allocator, 0, 0);
        }

        _iotlb.Flushes.ShouldBe(0);
        Take(1).ShouldBe(0UL + 1);
        _iotlb.Flushes.ShouldBe(1);
        Take(1).ShouldBe(2UL);
        _iotlb.Flushes.ShouldBe(1);
    }

    [Fact]
    public void Freeing_ahead_of_the_search_has_the_next_mapping_flush()
    {
        Take(All - 1);
        _iotlb.Free(_allocator, 0, 0);
        Take(8).ShouldBe(1UL);
        Take(8).ShouldBe(9UL);
        Take(8).ShouldBe(17UL);
        Take(All - 25).ShouldBe(25UL);
        _iotlb.Free(_allocator, 0, 3);
        _iotlb.Free(_allocator, 0, 0);
        Take(8).ShouldBe(1UL);
        _iotlb.Flushes.ShouldBe(2);
        _allocator.NextPfn.ShouldBe(9UL);

        _iotlb.Free(_allocator, 0, 0);

        _allocator.NeedFlush.ShouldBeTrue();
        Take(8).ShouldBe(9UL);
        _iotlb.Flushes.ShouldBe(3);
    }

    [Fact]
    public void A_full_space_grows_by_one_range_and_goes_on_there()
    {
        Take(All - 1).ShouldBe(1UL);
        _allocator.EndPfn.ShouldBe(All);

        Take(2).ShouldBe(All);
        _allocator.EndPfn.ShouldBe(2 * All);
    }

    [Fact]
    public void There_are_as_many_ranges_as_there_may_be()
    {
        Take(All - 1);
        for (int i = 1; i < RoundRobinAllocator.MostRanges; i++)
        {
            Take(All).ShouldNotBeNull();
        }

        Take(1).ShouldBeNull();
        _allocator.EndPfn.ShouldBe(1UL << 20);
    }

    [Fact]
    public void What_no_range_can_hold_does_not_make_the_space_grow()
    {
        Take(All + 1).ShouldBeNull();
        _allocator.EndPfn.ShouldBe(All);
    }

    [Fact]
    public void Freeing_what_is_free_is_a_mistake()
    {
        Take(4);
        _allocator.Free(0, 1, 4);
        Should.Throw<InvalidOperationException>(() => _allocator.Free(0, 1, 4));
    }

    private ulong? Take(ulong pages) =>
        _iotlb.Allocate(_allocator, 0, new RangeRequest(pages));
}
