// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.ManagedPort;

public sealed class RegionMapTests
{
    private const ulong MiB = 1 << 20;

    private readonly RegionMap _map = new();

    public RegionMapTests() => _map.PowerOn(16 * MiB, 16 * MiB);

    [Fact]
    public void Take_goes_from_the_top_down()
    {
        Take(4096, 4096).ShouldBe((16 * MiB) - 4096);
        Take(4096, 4096).ShouldBe((16 * MiB) - 8192);
    }

    [Fact]
    public void Take_aligns_downwards_and_leaves_the_gap_for_others()
    {
        _ = Take(4096, 4096);
        Take(MiB, MiB).ShouldBe(14 * MiB);
        Take(4096, 0).ShouldBe((16 * MiB) - 8192);
    }

    [Fact]
    public void Take_stays_below_its_limit()
    {
        _map.TryTake(100, 1, 0, 2 * MiB, out ulong address).ShouldBeTrue();
        address.ShouldBe((2 * MiB) - 100);
    }

    [Fact]
    public void Take_fails_when_only_the_first_mebibyte_is_left()
    {
        Take(15 * MiB, 1).ShouldBe(MiB);
        _map.TryTake(1, 1, 0, ulong.MaxValue, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(0UL, 4096UL, Errno.Busy)]
    [InlineData(MiB, 0UL, Errno.Invalid)]
    [InlineData(16 * MiB, 1UL, Errno.Invalid)]
    [InlineData(ulong.MaxValue, 2UL, Errno.Invalid)]
    [InlineData(MiB, MiB, 0)]
    public void Reserve_says_why_it_cannot(ulong start, ulong size, int error) =>
        _map.Reserve(start, size).ShouldBe(error);

    [Fact]
    public void Reserve_of_a_range_that_touches_another_is_fine()
    {
        _map.Reserve(2 * MiB, MiB).ShouldBe(0);
        _map.Reserve(MiB, MiB).ShouldBe(0);
        _map.Reserve(3 * MiB, 4096).ShouldBe(0);
        _map.Reserve(3 * MiB, 1).ShouldBe(Errno.Busy);
    }

    [Fact]
    public void Free_takes_back_only_what_one_call_took()
    {
        ulong address = Take(8192, 4096);
        _map.TryFree(address, 4096).ShouldBeFalse();
        _map.TryFree(0, MiB).ShouldBeFalse();
        _map.TryFree(address, 8192).ShouldBeTrue();
        _map.TryFree(address, 8192).ShouldBeFalse();
        Take(8192, 4096).ShouldBe(address);
    }

    private ulong Take(ulong size, ulong align)
    {
        _map.TryTake(size, align, 0, ulong.MaxValue, out ulong address).ShouldBeTrue();
        return address;
    }
}
