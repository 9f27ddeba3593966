// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.FlushPolicies;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.FlushPolicies;

/// <summary>When what waits in a flush queue is flushed, and when it is free.</summary>
public sealed class FlushQueueTests
{
    private readonly Recorder _recorder = new();

    [Fact]
    public void A_full_ring_flushes_and_frees_all_that_was_in_it()
    {
        FlushQueue queue = Create(FlushQueueKind.PerCpu);
        for (ulong pfn = 1; pfn < 256; pfn++)
        {
            queue.Add(0, pfn, 1, now: 0);
        }

        _recorder.Flushes.ShouldBe(0);
        _recorder.Freed.ShouldBeEmpty();

        queue.Add(0, 256, 1, now: 0);

        _recorder.Flushes.ShouldBe(1);
        _recorder.Freed.ShouldBe(Enumerable.Range(1, 255).Select(i => (ulong)i));
        queue.Waiting.ShouldBe(1);
    }

    [Fact]
    public void The_flush_of_one_cpu_is_good_for_what_waits_on_another()
    {
        FlushQueue queue = Create(FlushQueueKind.PerCpu);
        queue.Add(1, 1000, 1, now: 0);
        for (ulong pfn = 1; pfn <= 256; pfn++)
        {
            queue.Add(0, pfn, 1, now: 0);
        }

        _recorder.Freed.ShouldNotContain(1000UL);
        queue.Add(1, 1001, 1, now: 0);

        _recorder.Freed.ShouldContain(1000UL);
        _recorder.Freed.ShouldNotContain(1001UL);
        _recorder.Flushes.ShouldBe(1);
    }

    [Fact]
    public void The_timer_runs_from_the_first_range_on_and_frees_what_waits_anywhere()
    {
        FlushQueue queue = Create(FlushQueueKind.PerCpu);
        queue.DueNanoseconds.ShouldBeNull();
        queue.Add(0, 1, 1, now: 500);
        queue.Add(1, 2, 1, now: 900);
        queue.DueNanoseconds.ShouldBe(10_000_500UL);

        queue.Expire(0);

        _recorder.Flushes.ShouldBe(1);
        _recorder.Freed.ShouldBe([1UL, 2UL]);
        queue.DueNanoseconds.ShouldBeNull();
    }

    [Fact]
    public void A_single_ring_holds_what_all_cpus_put_in()
    {
        FlushQueue queue = Create(FlushQueueKind.Single);
        for (ulong pfn = 1; pfn < 32768; pfn++)
        {
            queue.Add((uint)(pfn % 2), pfn, 1, now: 0);
        }

        _recorder.Flushes.ShouldBe(0);
        queue.Add(1, 40000, 1, now: 0);
        _recorder.Flushes.ShouldBe(1);
        queue.Waiting.ShouldBe(1);
    }

    private FlushQueue Create(FlushQueueKind kind) => new(kind, 2, _recorder, _recorder);

    private sealed class Recorder : IIotlb, IRangeAllocator
    {
        public List<ulong> Freed { get; } = [];

        public int Flushes { get; private set; }

        public void FlushAll() => Flushes++;

        public void FlushRange(ulong pfn, ulong pages) => Flushes++;

        public ulong? Allocate(uint cpu, in RangeRequest request) => null;

        public void Free(uint cpu, ulong pfn, ulong pages) => Freed.Add(pfn);
    }
}
