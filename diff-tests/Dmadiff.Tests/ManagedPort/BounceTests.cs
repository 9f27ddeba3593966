// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.ManagedPort;

public sealed class BounceTests
{
    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void A_mapping_copies_the_buffer_whatever_the_direction(string revision)
    {
        using var machine = new PortMachine(revision);
        _ = machine.Fill(0, 5000, 7);
        AbiResult map = machine.Map(0, 10, 4000, AbiDirection.FromDevice);
        machine.Memory(map.Value, 4000)
            .ShouldBe(machine.Memory(PortMachine.BufferBase + 10, 4000));
        map.DataDigest.ShouldNotBe(0UL);
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void A_partial_sync_moves_its_range_and_nothing_else(string revision)
    {
        using var machine = new PortMachine(revision);
        AbiResult map = machine.Map(0, 0, 5000, AbiDirection.FromDevice);
        _ = machine.On(AbiOpKind.DevWrite, 0, 0, 5000, arg: 3);
        byte[] written = machine.Memory(map.Value, 5000);
        _ = machine.On(AbiOpKind.SyncForCpu, 0, 2000, 200);
        byte[] buffer = machine.Memory(PortMachine.BufferBase, 5000);
        buffer[2000..2200].ShouldBe(written[2000..2200]);
        buffer[..2000].ShouldAllBe(b => b == 0);
        buffer[2200..].ShouldAllBe(b => b == 0);
        _ = machine.Unmap(0);
        machine.Memory(PortMachine.BufferBase, 5000).ShouldBe(written);
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void Unmapping_without_a_sync_leaves_the_buffer(string revision)
    {
        using var machine = new PortMachine(revision);
        _ = machine.Map(0, 0, 100, AbiDirection.FromDevice);
        _ = machine.On(AbiOpKind.DevWrite, 0, 0, 100, arg: 3);
        machine.Run(new AbiOp { Kind = AbiOpKind.Unmap, Attrs = AbiAttr.SkipCpuSync })
            .Status.ShouldBe(AbiStatus.Ok);
        machine.Memory(PortMachine.BufferBase, 100).ShouldAllBe(b => b == 0);
    }

    [Fact]
    public void The_first_bytes_of_a_later_slot_are_synced_only_by_6_12()
    {
        var device = new AbiDevice { DmaMask = ulong.MaxValue, MinAlignMask = 0xfff };
        foreach (string revision in new[] { "6.1", "6.12" })
        {
            using var machine = new PortMachine(revision, device: device);
            AbiResult map = machine.Map(0, 0x900, 3000, AbiDirection.FromDevice);
            _ = machine.On(AbiOpKind.DevWrite, 0, 0, 3000, arg: 3);
            byte[] written = machine.Memory(map.Value + 0x700, 16);
            int lines = machine.Log.Count;
            _ = machine.On(AbiOpKind.SyncForCpu, 0, 0x700, 16);
            byte[] synced = machine.Memory(PortMachine.BufferBase + 0x1000, 16);
            if (revision.Length == 3)
            {
                synced.ShouldAllBe(b => b == 0);
                machine.Log[^1].ShouldBe(
                    "W swiotlb_bounce: dmadiff d0: Access before mapping start detected. "
                    + "orig offset 256, requested offset 0.");
                _ = machine.On(AbiOpKind.SyncForCpu, 0, 0x700, 16);
                machine.Log.Count.ShouldBe(lines + 1);
            }
            else
            {
                synced.ShouldBe(written);
                machine.Log.Count.ShouldBe(lines);
            }
        }
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void A_sync_past_the_mapping_is_cut_and_warned_about_once(string revision)
    {
        using var machine = new PortMachine(revision);
        _ = machine.Map(0, 0, 1000, AbiDirection.FromDevice);
        AbiResult sync = machine.On(AbiOpKind.SyncForCpu, 0, 900, 200);
        sync.LogDigest.ShouldNotBe(0UL);
        machine.Log[^1].ShouldBe(
            "W swiotlb_bounce: dmadiff d0: Buffer overflow detected. "
            + "Allocation size: 100. Mapping size: 200.");
        machine.On(AbiOpKind.SyncForCpu, 0, 900, 200).LogDigest.ShouldBe(0UL);
    }

    [Fact]
    public void A_range_wholly_past_the_mapping_is_another_warning_in_6_1()
    {
        using var machine = new PortMachine("6.1");
        _ = machine.Map(0, 0, 1000, AbiDirection.FromDevice);
        _ = machine.On(AbiOpKind.SyncForCpu, 0, 1500, 8);
        machine.Log[^1].ShouldBe(
            "W swiotlb_bounce: dmadiff d0: Buffer overflow detected. "
            + "Allocation size: 1000. Mapping size: 8+1500.");
    }
}
