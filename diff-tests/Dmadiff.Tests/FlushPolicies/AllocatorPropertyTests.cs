// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.FlushPolicies;
using Dmadiff.ManagedPort.KernelDma;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.FlushPolicies;

/// <summary>What holds after any sequence of calls, of any allocator that flushes before it
/// uses an address again.</summary>
public sealed class AllocatorPropertyTests
{
    private const uint Cpus = 4;
    private const uint SubrangePages = 64;

    // The same cases in every run.
    private static readonly Config Cases = Config.QuickThrowOnFailure
        .WithMaxTest(400).WithEndSize(300).WithReplay(1, 3);

    [Fact]
    public void Round_robin_hands_out_ranges_that_are_exclusive_flushed_aligned_and_in_limits() =>
        Holds(
            iotlb => new RoundRobinAllocator(iotlb),
            RoundRobinAllocator.RangePages / 8,
            RoundRobinAllocator.RangePages * 2);

    [Fact]
    public void Subranges_hand_out_ranges_that_are_exclusive_flushed_aligned_and_in_limits() =>
        Holds(
            iotlb => new SubrangeAllocator(6, SubrangePages, Cpus, iotlb),
            SubrangePages / 4,
            SubrangePages * 3);

    [Fact]
    public void An_empty_round_robin_space_holds_a_whole_range_again_after_any_use() =>
        Check.One(Cases, Prop.ForAll(Steps(), steps =>
        {
            var witness = new FlushWitness();
            var allocator = new RoundRobinAllocator(witness);
            Play(allocator, witness, steps, RoundRobinAllocator.RangePages / 8, 1 << 20);
            while (witness.Live.Count != 0)
            {
                witness.Free(allocator, 0, 0);
            }

            witness.Allocate(allocator, 0, new RangeRequest(RoundRobinAllocator.RangePages - 1))
                .ShouldNotBeNull();
        }));

    [Fact]
    public void A_search_of_a_bitmap_finds_what_looking_bit_by_bit_finds() =>
        Check.One(Cases, Prop.ForAll(Steps(), steps =>
        {
            const uint bits = 200;
            var bitmap = new KernelBitmap(bits);
            bool[] taken = new bool[bits];
            foreach (uint step in steps.Select(s => (uint)s))
            {
                uint start = step % bits;
                uint count = 1 + ((step >> 8) % 70);
                uint length = bits - ((step >> 16) % 40);
                uint alignMask = (1u << (int)((step >> 24) % 5)) - 1;
                ulong found = bitmap.FindNextZeroArea(start, length, count, alignMask);
                long naive = -1;
                for (uint at = start; at + count <= length && naive < 0; at++)
                {
                    bool free = (at & alignMask) == 0
                        && !taken.AsSpan((int)at, (int)count).Contains(true);
                    naive = free ? at : -1;
                }

                (found + count <= length ? (long)found : -1).ShouldBe(naive);
                if (naive >= 0)
                {
                    bitmap.Set(found, count / 3);
                    taken.AsSpan((int)naive, (int)count / 3).Fill(true);
                }
            }
        }));

    private static void Holds(Func<IIotlb, IRangeAllocator> create, uint largest, uint limits)
    {
        int wrapped = 0;
        Check.One(Cases, Prop.ForAll(Steps(), steps =>
        {
            var witness = new FlushWitness();
            Play(create(witness), witness, steps, largest, limits);
            wrapped += Math.Min(witness.Flushes, 1);
        }));
        wrapped.ShouldBeGreaterThan(20, "sequences that got as far as to reuse addresses");
    }

    private static Arbitrary<int[]> Steps() => ArbMap.Default.ArbFor<int[]>();

    /// <summary>Two calls in three take something, of all sizes up to the largest.</summary>
    private static void Play(
        IRangeAllocator allocator, FlushWitness witness, int[] steps, uint largest, uint limits)
    {
        for (int i = 0; i < steps.Length; i++)
        {
            uint mixed = ((uint)steps[i] + (uint)i) * 2654435761;
            uint cpu = (mixed >> 4) % Cpus;
            if (mixed >> 30 == 0 && witness.Live.Count != 0)
            {
                witness.Free(allocator, cpu, (int)(mixed >> 6) % witness.Live.Count);
                continue;
            }

            ulong pages = 1 + ((mixed >> 8) % largest);
            ulong boundary = KernelMath.RoundUpPowerOf2(pages) * 2;
            RangeRequest request = ((mixed >> 3) % 4) switch
            {
                0 => RangeRequest.SizeAligned(pages, limits),
                1 => new RangeRequest(pages, LimitPfn: (mixed >> 7) % limits),
                2 => new RangeRequest(pages, BoundaryPages: boundary),
                _ => new RangeRequest(pages),
            };
            if (witness.Allocate(allocator, cpu, request) is null && witness.Live.Count != 0)
            {
                witness.Free(allocator, cpu, (int)(mixed >> 6) % witness.Live.Count);
            }
        }
    }
}
