// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Machine;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.ManagedPort;

public sealed class BootTests
{
    [Theory]
    [InlineData("swiotlb=0x200", 512UL, 4U)]
    [InlineData("swiotlb=01000", 512UL, 4U)]
    [InlineData("swiotlb=1000", 1024UL, 4U)]
    [InlineData("swiotlb=100", 512UL, 4U)]
    [InlineData("swiotlb=1024,3", 1024UL, 4U)]
    [InlineData("swiotlb=,8", 32768UL, 8U)]
    [InlineData("swiotlb=nonsense quiet swiotlbx=3", 32768UL, 4U)]
    [InlineData("swiotlb=18446744073709551617", 512UL, 4U)]
    public void Command_line_sets_slots_and_areas(string cmdline, ulong nslabs, uint nareas)
    {
        foreach (string revision in new[] { "6.1", "6.12" })
        {
            using var machine = new PortMachine(revision, cmdline);
            machine.Pool().Nslabs.ShouldBe(nslabs);
            machine.Pool().Nareas.ShouldBe(nareas);
            machine.Pool().AreaNslabs.ShouldBe((uint)nslabs / nareas);
            machine.Pool().ForceBounce.ShouldBe(0U);
        }
    }

    [Theory]
    [InlineData("swiotlb=force", 1U)]
    [InlineData("swiotlb=512,force", 1U)]
    [InlineData("swiotlb=512,2,force", 1U)]
    [InlineData("swiotlb=512,2,forced", 0U)]
    public void Force_is_the_last_word(string cmdline, uint force)
    {
        using var machine = new PortMachine("6.12", cmdline);
        machine.Pool().ForceBounce.ShouldBe(force);
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void Noforce_leaves_no_pool(string revision)
    {
        using var machine = new PortMachine(revision, "swiotlb=noforce");
        machine.HasPool().ShouldBeFalse();
        machine.PoolLog.ShouldBeEmpty();
    }

    [Fact]
    public void A_parameter_without_a_value_is_read_through_a_null_pointer()
    {
        using var machine = new PortMachine("6.12", "swiotlb");
        machine.Boot[0].Status.ShouldBe(AbiStatus.Crash);
        machine.Boot[1].Status.ShouldBe(AbiStatus.Dead);
        machine.Crash!.Where.ShouldBe("setup_io_tlb_npages");
    }

    [Theory]
    [InlineData("6.1", 4U, 96U)]
    [InlineData("6.12", 3U, 128U)]
    public void Areas_smaller_than_a_segment_are_6_1s_alone(
        string revision, uint nareas, uint areaNslabs)
    {
        using var machine = new PortMachine(revision, "swiotlb=512,4 swiotlb=300");
        machine.Pool().Nslabs.ShouldBe(384UL);
        machine.Pool().Nareas.ShouldBe(nareas);
        machine.Pool().AreaNslabs.ShouldBe(areaNslabs);
    }

    [Fact]
    public void Boot_log_reads_like_the_kernels()
    {
        using var machine = new PortMachine(
            "6.12",
            "swiotlb=100,2",
            pool: new AbiPool { Base = 0x10000000, Bytes = 4 << 20 });
        machine.PoolLog.ShouldBe(
        [
            "6 software IO TLB: area num 2.",
            "6 software IO TLB: SWIOTLB bounce buffer size roundup to 0MB",
            "6 software IO TLB: Reserved memory: created restricted DMA pool at "
                + "0x0000000010000000, size 4 MiB",
            "6 software IO TLB: mapped [mem 0x000000003ff80000-0x0000000040000000] (0MB)",
        ]);
        machine.Boot[0].LogLines.ShouldBe(2U);
        machine.Boot[0].LogDigest.ShouldNotBe(0UL);
        machine.Boot[2].LogLines.ShouldBe(7U);
        machine.Boot[3].LogDigest.ShouldBe(0UL);
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void A_pool_that_does_not_fit_is_halved_until_it_does(string revision)
    {
        var small = new AbiMachine
        {
            MemoryBytes = 32 << 20,
            Cpus = 1,
            Flags = AbiMachineFlag.AddressingLimit,
        };
        using var machine = new PortMachine(revision, string.Empty, machine: small);
        machine.PoolLog.ShouldBe(
        [
            "6 software IO TLB: area num 1.",
            "4 software IO TLB: swiotlb_memblock_alloc: "
                + "Failed to allocate 67108864 bytes tlb structure",
            "4 software IO TLB: swiotlb_memblock_alloc: "
                + "Failed to allocate 33554432 bytes tlb structure",
            "6 software IO TLB: SWIOTLB bounce buffer size adjusted 32768 -> 8192 slabs",
            "6 software IO TLB: mapped [mem 0x0000000001000000-0x0000000002000000] (16MB)",
        ]);
    }

    [Fact]
    public void Late_init_gets_what_the_page_allocator_has_and_no_files()
    {
        AbiMachine late = PortMachine.Gigabyte(
            2, AbiMachineFlag.AddressingLimit | AbiMachineFlag.LateInit);
        late.LatePoolBytes = 64 << 20;
        using var machine = new PortMachine("6.12", "swiotlb=force", machine: late);
        machine.Pool().Bytes.ShouldBe(4UL << 20);
        machine.Pool().ForceBounce.ShouldBe(1U);
        machine.Log.ShouldContain("4 software IO TLB: only able to allocate 4 MB");
        machine.Debugfs(AbiOpKind.DebugfsRead, 0, AbiDebugfsFile.Used)
            .Error.ShouldBe(Errno.NoEntry);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL << 20)]
    public void Late_init_does_not_try_small_pools(ulong bytes)
    {
        AbiMachine late = PortMachine.Gigabyte(2, AbiMachineFlag.LateInit);
        late.LatePoolBytes = bytes;
        using var machine = new PortMachine("6.1", string.Empty, machine: late);
        machine.Boot[1].Status.ShouldBe(AbiStatus.Errno);
        machine.Boot[1].Error.ShouldBe(Errno.NoMemory);
        machine.HasPool().ShouldBeFalse();
    }

    [Fact]
    public void A_mask_below_the_lowest_zone_is_refused()
    {
        using var machine = new PortMachine(
            "6.1", device: new AbiDevice { DmaMask = (1 << 20) - 1 });
        machine.Boot[2].Error.ShouldBe(Errno.InputOutput);
    }

    [Fact]
    public void Booting_again_forgets_everything()
    {
        using var machine = new PortMachine("6.12");
        machine.Fill(0, 4096, 1).Status.ShouldBe(AbiStatus.Ok);
        machine.Map(0, 0, 100).Status.ShouldBe(AbiStatus.Ok);
        machine.Map(1, 0, 0).Status.ShouldBe(AbiStatus.Crash);
        machine.BootAgain();
        machine.Memory(PortMachine.BufferBase, 4096).ShouldAllBe(b => b == 0);
        machine.Crash.ShouldBeNull();
        machine.Pool().Used.ShouldBe(0UL);
        machine.Unmap(0).Status.ShouldBe(AbiStatus.Skipped);
    }
}
