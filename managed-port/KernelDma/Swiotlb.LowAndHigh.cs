// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.KernelDma;

/// <content>
/// A low and a high pool, which were proposed in 2021. Memory below 4 GiB is scarce, and most
/// devices that bounce only do so because everything has to, or because what is contiguous for
/// a guest is not for the machine: those can use slots anywhere. The proposal makes an array of
/// two of everything that swiotlb has one of, indexed by the type of the pool. Here each type
/// is what 6.12 keeps such things in, an <see cref="IoTlbMem"/>.
/// </content>
public sealed unsafe partial class Swiotlb
{
    private const string LowAndHighRfc = "64-bit swiotlb, RFC v1";
    private static readonly string[] TypeNames = ["Low Mem", "High Mem"];

    private ulong _highNslabs;

    /// <summary>
    /// Which pool a device bounces through, SWIOTLB_LO or SWIOTLB_HI: the high one if there is
    /// to be one and neither the device nor its bus has a limit. Its own pool, if it has one,
    /// stays its own.
    /// </summary>
    /// <remarks>
    /// All 64 bits count: a device of 48 bits, which reaches all memory of most machines,
    /// bounces low. And what counts is that a high pool was asked for, not that it was had: when
    /// there was no memory for it, devices that reach everything cannot bounce, whatever is
    /// free in the low pool. The proposal even panics.
    /// </remarks>
    /// <param name="dev">A device with its masks set.</param>
    [PortsSeries(LowAndHighRfc, SwiotlbFile, "swiotlb_tbl_map_single")]
    public static void ChooseMem(Device dev)
    {
        if (dev.Mem.High is { } high && dev.AddressLimit == ulong.MaxValue)
        {
            dev.Mem = high;
        }
    }

    /// <summary>"swiotlb=slots,slots,force|noforce": the second number, which is that of areas
    /// elsewhere, is slots of the high pool.</summary>
    [PortsSeries(LowAndHighRfc, SwiotlbFile, "setup_io_tlb_npages")]
    private void SetupHigh(ref KernelText text)
    {
        if (text.AtDigit)
        {
            _highNslabs = KernelMath.Align(text.ReadUnsigned(), (ulong)SegmentSlots);
            DefaultMem.High = new IoTlbMem(dynamic: false) { CountedBy = DefaultMem };
        }
    }

    /// <summary>Sets the high pool up, after the low one and with as many areas.</summary>
    [PortsSeries(LowAndHighRfc, SwiotlbFile, "swiotlb_init")]
    private void InitHigh(uint flags, bool force, PoolRemap? remap)
    {
        if (DefaultMem.High is { } high)
        {
            RoundUpNslabs(ref _highNslabs);
            InitMem(high, ref _highNslabs, flags | FlagAny, force, remap);
        }
    }

    /// <summary>What a pool's own lines are headed by: nothing, if there is no other.</summary>
    private string TypeOf(IoTlbMem mem) => !_profile.HasHighPool
        ? string.Empty
        : TypeNames[mem == DefaultMem ? 0 : 1] + " ";
}
