// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.ManagedPort;

/// <summary>A pool below 4 GiB and one anywhere, as was proposed.</summary>
public sealed class LowAndHighPoolTests
{
    private const string Revision = "6.12 with low and high pools";
    private const ulong Gib = 1UL << 30;

    [Theory]
    [InlineData(64, 0, false)]
    [InlineData(48, 0, true)]
    [InlineData(32, 0, true)]
    [InlineData(64, 40, true)]
    public void Only_a_device_that_reaches_everything_bounces_high(
        int bits, int busBits, bool low)
    {
        using PortMachine machine = Machine("swiotlb=512,1024,force", Device(bits, busBits));

        AbiResult mapped = machine.Map(0, 0, 4096);

        mapped.Status.ShouldBe(AbiStatus.Ok);
        machine.Pool(0).Start.ShouldBeLessThan(4 * Gib);
        machine.Pool(1).Start.ShouldBeGreaterThanOrEqualTo(4 * Gib);
        Holds(machine.Pool(0), mapped.Value).ShouldBe(low);
        Holds(machine.Pool(1), mapped.Value).ShouldBe(!low);
    }

    [Theory]
    [InlineData("swiotlb=512,1000", 512UL, 1024UL)]
    [InlineData("swiotlb=,0x400,force", 32768UL, 1024UL)]
    [InlineData("swiotlb=512,1", 512UL, 512UL)]
    public void The_second_number_of_the_boot_line_is_slots_of_the_high_pool(
        string cmdline, ulong low, ulong high)
    {
        using PortMachine machine = Machine(cmdline, Device(64));
        machine.Pool(0).Nslabs.ShouldBe(low);
        machine.Pool(1).Nslabs.ShouldBe(high);
        machine.Pool(1).Nareas.ShouldBe(machine.Pool(0).Nareas);
    }

    [Fact]
    public void Without_a_second_number_there_is_the_low_pool_alone()
    {
        using PortMachine machine = Machine("swiotlb=512,,force", Device(64));
        machine.HasPool(1).ShouldBeFalse();
        Holds(machine.Pool(0), machine.Map(0, 0, 4096).Value).ShouldBeTrue();
    }

    [Fact]
    public void A_full_high_pool_leaves_the_low_one_to_those_that_need_it()
    {
        using PortMachine machine = Machine("swiotlb=512,512,force", Device(64));
        uint mapped = 0;
        while (machine.Map(mapped, 0, 64 << 10).Status == AbiStatus.Ok)
        {
            mapped++;
        }

        mapped.ShouldBe(16U);
        machine.Pool(0).Used.ShouldBe(0UL);
        machine.Pool(1).Used.ShouldBe(512UL);
    }

    [Fact]
    public void A_high_pool_that_does_not_fit_is_halved_and_the_low_one_is_not()
    {
        const ulong TooMany = 1UL << 23;
        using PortMachine machine = Machine($"swiotlb=512,{TooMany},force", Device(64));

        machine.Pool(0).Nslabs.ShouldBe(512UL);
        machine.Pool(1).Nslabs.ShouldBeLessThan(TooMany);
        machine.Log.ShouldContain(
            line => line.Contains("buffer size adjusted", StringComparison.Ordinal));
    }

    private static bool Holds(AbiPoolState pool, ulong address) =>
        address >= pool.Start && address < pool.Start + pool.Bytes;

    private static AbiDevice Device(int bits, int busBits = 0) => new()
    {
        DmaMask = bits == 64 ? ulong.MaxValue : (1UL << bits) - 1,
        BusDmaLimit = busBits == 0 ? 0 : (1UL << busBits) - 1,
    };

    private static PortMachine Machine(string cmdline, AbiDevice device) => new(
        Revision,
        cmdline,
        device,
        machine: new AbiMachine
        {
            MemoryBytes = 8 * Gib,
            Cpus = 4,
            Flags = AbiMachineFlag.AddressingLimit,
        });
}
