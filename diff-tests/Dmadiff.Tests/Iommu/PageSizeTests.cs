// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Iommu;
using Dmadiff.ManagedPort.Machine;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Iommu;

/// <summary>Which pages the core takes for a range.</summary>
public sealed class PageSizeTests
{
    private const ulong K = 1 << 10;
    private const ulong M = 1 << 20;
    private const ulong Sizes = (4 * K) | (2 * M) | (M << 10);

    [Theory]
    [InlineData(0, 0, 4 * K, 4 * K, 1)]
    [InlineData(2 * M, 4 * M, 2 * M, 2 * M, 1)]
    [InlineData(2 * M, 4 * M, 6 * M, 2 * M, 3)]
    [InlineData(2 * M, 4 * M, (2 * M) - (4 * K), 4 * K, 511)]
    [InlineData((2 * M) - (8 * K), (6 * M) - (8 * K), 5 * M, 4 * K, 2)]
    [InlineData((2 * M) - (8 * K), (6 * M) - (8 * K), 2 * M, 4 * K, 512)]
    [InlineData((2 * M) - (8 * K), (6 * M) - (8 * K), (2 * M) + (8 * K), 4 * K, 2)]
    [InlineData((2 * M) - (8 * K), (6 * M) - (4 * K), 5 * M, 4 * K, 1280)]
    [InlineData(0, 0, 5UL << 30, 1UL << 30, 5)]
    public void It_is_the_largest_that_both_addresses_and_the_size_allow(
        ulong iova, ulong phys, ulong size, ulong page, ulong count)
    {
        IommuDomain domain = Domain();
        IommuCore.PageSize(domain, iova, phys, size, out ulong found).ShouldBe(page);
        found.ShouldBe(count);
    }

    [Theory]
    [InlineData("6.1", "6.12")]
    public void An_odd_address_is_refused_and_told(params string[] revisions)
    {
        foreach (string revision in revisions)
        {
            using var machine = new SimulatedMachine();
            var core = new IommuCore(machine, IommuProfile.Named(revision));
            core.Map(Domain(machine), 0x1800, 0x4000, 0x2000, IommuAccess.Read)
                .ShouldBe(Errno.Invalid);
            core.Unmap(Domain(machine), 0x1000, 0x800).ShouldBe(0UL);
            machine.Log.Read(0).ShouldBe(
            [
                "3 iommu: unaligned: iova 0x1800 pa 0x0000000000004000 size 0x2000 "
                    + "min_pagesz 0x1000",
                "3 iommu: unaligned: iova 0x1000 size 0x800 min_pagesz 0x1000",
            ]);
        }
    }

    [Fact]
    public void A_refused_page_takes_those_before_it_with_it()
    {
        using var machine = new SimulatedMachine();
        var core = new IommuCore(machine, IommuProfile.V6_12);
        MockDomain domain = Domain(machine);
        machine.Iommu.RefusePage(3);
        core.Map(domain, 0x10000, 0x4000, 0x5000, IommuAccess.Read).ShouldBe(Errno.NoMemory);
        domain.Count(AbiIotlbCount.Mapped).ShouldBe(0UL);
        core.Map(domain, 0x10000, 0x4000, 0x5000, IommuAccess.Read).ShouldBe(0);
        domain.Count(AbiIotlbCount.Mapped).ShouldBe(5UL);
        IommuCore.IovaToPhys(domain, 0x12345).ShouldBe(0x6345UL);
    }

    [Fact]
    public void Unmapping_ends_at_a_hole()
    {
        using var machine = new SimulatedMachine();
        var core = new IommuCore(machine, IommuProfile.V6_12);
        MockDomain domain = Domain(machine);
        core.Map(domain, 0x10000, 0, 0x2000, IommuAccess.Read).ShouldBe(0);
        core.Map(domain, 0x13000, 0, 0x1000, IommuAccess.Read).ShouldBe(0);
        core.Unmap(domain, 0x10000, 0x4000).ShouldBe(0x2000UL);
        core.Unmap(domain, 0x12000, 0x2000).ShouldBe(0UL);
        domain.Count(AbiIotlbCount.Mapped).ShouldBe(1UL);
    }

    private static MockDomain Domain(SimulatedMachine? machine = null)
    {
        machine ??= new SimulatedMachine();
        var core = new IommuCore(machine, IommuProfile.V6_12);
        var domain = new MockDomain(core, machine) { Type = IommuDomainType.Dma };
        domain.Attach(new IommuClient(AbiIommuMode.Strict, AbiIommuFlag.None, Sizes, 0, 0));
        return domain;
    }
}
