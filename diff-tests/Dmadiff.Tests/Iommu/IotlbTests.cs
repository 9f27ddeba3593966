// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Iommu;

/// <summary>What the IOTLB holds, until it is told to forget.</summary>
public sealed class IotlbTests
{
    private const ulong Page = 4096;
    private readonly IommuPageTable _table;
    private readonly Iotlb _iotlb;

    public IotlbTests()
    {
        var hardware = new IommuHardware();
        _table = new IommuPageTable(hardware, new Log());
        _table.SetSizes(Page);
        _iotlb = new Iotlb(hardware, _table);
    }

    [Fact]
    public void What_it_holds_outlives_the_page()
    {
        Map(2);
        _iotlb.Translate(2 * Page, cachesAbsent: false).IsPresent.ShouldBeTrue();
        _table.Unmap(2 * Page, Page);
        _iotlb.Translate((2 * Page) + 7, cachesAbsent: false).IsPresent.ShouldBeTrue();
        _iotlb.CountDisagreeing(present: true).ShouldBe(1UL);
        _iotlb.CountHeld(0, 3 * Page).ShouldBe(1UL);
    }

    [Fact]
    public void A_flush_takes_what_its_range_touches()
    {
        foreach (ulong page in new ulong[] { 1, 2, 3 })
        {
            Map(page);
            _iotlb.Translate(page * Page, cachesAbsent: false);
        }

        _iotlb.Flush((2 * Page) - 1, 2, present: true);
        _iotlb.CountHeld(0, 8 * Page).ShouldBe(1UL);
        _iotlb.CountHeld(3 * Page, 1).ShouldBe(1UL);
        _iotlb.Flush(0, 0, present: true);
        _iotlb.CountHeld(0, 8 * Page).ShouldBe(1UL);
    }

    [Fact]
    public void In_caching_mode_it_also_holds_that_there_is_nothing()
    {
        _iotlb.Translate(Page, cachesAbsent: false).IsPresent.ShouldBeFalse();
        Map(1);
        _iotlb.Translate(Page, cachesAbsent: true).IsPresent.ShouldBeTrue();
        _iotlb.Translate(2 * Page, cachesAbsent: true).IsPresent.ShouldBeFalse();
        Map(2);
        _iotlb.Translate(2 * Page, cachesAbsent: true).IsPresent.ShouldBeFalse();
        _iotlb.CountDisagreeing(present: false).ShouldBe(1UL);
        _iotlb.Flush(0, 8 * Page, present: false);
        _iotlb.Translate(2 * Page, cachesAbsent: true).IsPresent.ShouldBeTrue();
        _iotlb.CountHeld(Page, Page).ShouldBe(1UL);
    }

    private void Map(ulong page) =>
        _table.TryMap(page * Page, page * Page, Page, IommuAccess.Read).ShouldBeTrue();
}
