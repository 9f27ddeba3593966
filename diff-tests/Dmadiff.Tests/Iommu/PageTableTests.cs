// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Iommu;

/// <summary>Pages of several sizes in one table.</summary>
public sealed class PageTableTests
{
    private const ulong Small = 1UL << 12;
    private const ulong Large = 1UL << 16;
    private readonly IommuPageTable _table = new(new IommuHardware(), new Log());

    public PageTableTests() => _table.SetSizes(Small | Large);

    [Fact]
    public void A_large_page_translates_each_of_its_granules()
    {
        _table.TryMap(Large, 4 * Large, Large, IommuAccess.Read).ShouldBeTrue();
        _table.Walk(Large + (3 * Small) + 5).ShouldBe(
            new IommuTranslation((4 * Large) + (3 * Small), IommuAccess.Read, true));
        _table.Walk(2 * Large).IsPresent.ShouldBeFalse();
        _table.Pages.ShouldBe(1UL);
    }

    [Theory]
    [InlineData(Large, Small)]
    [InlineData(Small, Large)]
    [InlineData(Small, Small)]
    [InlineData(Large, Large)]
    public void No_page_may_overlap_another_of_any_size(ulong first, ulong second)
    {
        _table.TryMap(Large, 0, first, IommuAccess.Read).ShouldBeTrue();
        _table.TryMap(Large, 0, second, IommuAccess.Read).ShouldBeFalse();
        _table.Unmap(Large, first).ShouldBe(first);
        _table.TryMap(Large, 0, second, IommuAccess.Read).ShouldBeTrue();
    }

    [Fact]
    public void A_range_of_small_pages_is_unmapped_up_to_the_first_hole()
    {
        for (ulong i = 0; i < 16; i++)
        {
            (i == 5 || _table.TryMap(i * Small, 0, Small, IommuAccess.Write)).ShouldBeTrue();
        }

        _table.Unmap(0, Large).ShouldBe(5 * Small);
        _table.Unmap(5 * Small, Small).ShouldBe(0UL);
        _table.Unmap(6 * Small, Small).ShouldBe(Small);
        _table.Pages.ShouldBe(9UL);
    }

    [Fact]
    public void Part_of_a_large_page_is_not_unmapped()
    {
        _table.TryMap(0, 0, Large, IommuAccess.Read);
        _table.Unmap(0, Small).ShouldBe(0UL);
        _table.Walk(0).IsPresent.ShouldBeTrue();
    }
}
