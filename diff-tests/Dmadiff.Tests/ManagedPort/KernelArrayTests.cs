// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.ManagedPort;

public sealed unsafe class KernelArrayTests
{
    private const int Elements = 4;

    [Theory]
    [InlineData(0, Elements)]
    [InlineData(Elements - 1, 1)]
    [InlineData(Elements + 5, 0)]
    [InlineData(-1, -3)]
    public void A_range_that_is_all_there_or_empty_can_be_had(long index, long count)
    {
        ulong* start = stackalloc ulong[Elements];
        var array = new KernelArray<ulong>(start, Elements);

        (array.Range(index, count, "here") == start + index).ShouldBeTrue();
    }

    [Theory]
    [InlineData(0, Elements + 1)]
    [InlineData(Elements - 1, 2)]
    [InlineData(-1, 2)]
    [InlineData(Elements, 1)]
    public void A_range_that_leaves_the_array_at_either_end_is_a_fault(long index, long count)
    {
        ulong* start = stackalloc ulong[Elements];
        var array = new KernelArray<ulong>(start, Elements);
        bool died = false;
        try
        {
            array.Range(index, count, "here");
        }
        catch (KernelDeathException death)
        {
            died = death.Where == "here";
        }
        died.ShouldBeTrue();
    }
}
