// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Iommu;
using Dmadiff.ManagedPort.Machine;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Iommu;

/// <summary>When gathered ranges are flushed.</summary>
public sealed class GatherTests : IDisposable
{
    private const ulong Page = 4096;
    private readonly SimulatedMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Neighbours_of_one_size_are_gathered()
    {
        (IommuCore core, MockDomain domain) = Make("6.12", AbiIommuFlag.None);
        var gather = new IotlbGather();
        gather.IsEmpty.ShouldBeTrue();
        gather.AddPage(core, domain, 4 * Page, Page);
        gather.AddPage(core, domain, 5 * Page, Page);
        gather.AddPage(core, domain, 3 * Page, Page);
        (gather.Start, gather.End).ShouldBe((3 * Page, (6 * Page) - 1));
        Flushes(domain).ShouldBe(0UL);
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(5, 2)]
    [InlineData(1, 1)]
    public void What_is_apart_or_of_another_size_flushes_the_rest_first(ulong page, ulong size)
    {
        (IommuCore core, MockDomain domain) = Make("6.12", AbiIommuFlag.None);
        var gather = new IotlbGather();
        gather.AddPage(core, domain, 4 * Page, Page);
        gather.AddPage(core, domain, page * Page, size * Page);
        Flushes(domain).ShouldBe(1UL);
        (gather.Start, gather.End).ShouldBe((page * Page, ((page + size) * Page) - 1));
    }

    [Theory]
    [InlineData("6.1", 1)]
    [InlineData("6.12", 1)]
    [InlineData("7.3", 0)]
    public void A_driver_that_does_not_gather_is_asked_to_flush_nothing(
        string revision, ulong flushes)
    {
        (IommuCore core, MockDomain domain) = Make(revision, AbiIommuFlag.NoGather);
        core.Unmap(domain, 0x10000, Page).ShouldBe(0UL);
        Flushes(domain).ShouldBe(flushes);
        core.Map(domain, 0x10000, 0, Page, IommuAccess.Read).ShouldBe(0);
        core.Unmap(domain, 0x10000, Page).ShouldBe(Page);
        Flushes(domain).ShouldBe(flushes + 1);
    }

    private static ulong Flushes(MockDomain domain) => domain.Count(AbiIotlbCount.Flushes);

    private (IommuCore Core, MockDomain Domain) Make(string revision, AbiIommuFlag flags)
    {
        var core = new IommuCore(_machine, IommuProfile.Named(revision));
        var domain = new MockDomain(core, _machine) { Type = IommuDomainType.Dma };
        domain.Attach(new IommuClient(AbiIommuMode.Strict, flags, Page, 0, 0));
        return (core, domain);
    }
}
