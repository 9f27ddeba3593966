// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Generators;

/// <summary>Adds to a machine what coherent memory depends on.</summary>
internal sealed class DmaApiHeader(SeedStream random)
{
    private const ulong CoherentBase = 0x1800000;
    private const ulong CoherentStep = 0x100000;

    /// <summary>The same declarations with masks, memory of devices, and pool sizes.</summary>
    public Trace Extend(Trace header)
    {
        var devices = header.Devices.Select((device, i) => device with
        {
            CoherentMaskBits = random.Pick(0UL, 0, 24, 30, 32, 33, 64),
            CoherentBase = CoherentBase + ((ulong)i * CoherentStep),
            CoherentBytes = random.Chance(20) ? random.Pick(64UL << 10, 128 << 10, 20 << 10) : 0,
        }).Select(device => device.CoherentBytes > 0 ? device : device with { CoherentBase = 0 });
        var size = random.Pick("", "", "coherent_pool=64K", "coherent_pool=1M", "coherent_pool=12K");
        return header with
        {
            Devices = ValueList.From(devices),
            Cmdline = size.Length > 0 ? $"{header.Cmdline} {size}".Trim() : header.Cmdline,
        };
    }
}
