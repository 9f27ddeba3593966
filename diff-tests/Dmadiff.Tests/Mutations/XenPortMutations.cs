// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Tests.Mutations;

/// <summary>Mistakes that somebody could make in the port of swiotlb-xen, and in the map of
/// frames below it.</summary>
internal static class XenPortMutations
{
    public static IEnumerable<PortMutation> All => new PortMutation[]
    {
        new("frames that are apart are not bounced",
            @"\|\| _xen\.Frames\.AreTorn\(phys, size\)", ""),
        new("the last frame of a range is not looked at",
            @"i = 1; i < frames; i\+\+", "i = 1; i + 1 < frames; i++"),
        new("an offset into a frame does not count",
            @"\(\(phys & OffsetMask\) \+ size \+ OffsetMask\)", "(size + OffsetMask)"),
        new("the architecture's wish to bounce is not heard",
            @"\|\| _xen\.ArchNeedsSwiotlb\([^)]*\)", ""),
        new("forced bouncing is not",
            @"(ArchNeedsSwiotlb\([^)]*\))\s+\|\| Swiotlb\.IsForceBounce\(dev\)", "$1"),
        new("a bounced address is the guest's",
            @"address = PhysToDma\(phys\);(\s+if \(!DmaDirect)", "address = phys;$1"),
        new("a bounced address out of reach is given out",
            @"(address = PhysToDma\(phys\);\s+if \()!DmaDirect\.IsCapable\(dev, address, size\)",
            "$1size > 1UL << 40"),
        new("slots out of reach are kept",
            @"_swiotlb\.TblUnmapSingle\([^;]*SkipCpuSync\);(?=\s+return Swiotlb)", ";"),
        new("slots are found by what the device calls them",
            @"ulong phys = DmaToPhys\(address\) & ~XenFrames\.OffsetMask;",
            "ulong phys = address & ~XenFrames.OffsetMask;"),
        new("a list that fails halfway keeps its first entry",
            @"UnmapSg\(dev, list\[\.\.i\](?=[^;]*;\s+list\[0\])",
            "UnmapSg(dev, list[Math.Min(1, i)..i]"),
        new("the mask need not reach the pool's end",
            @"PhysToDma\(_swiotlb\.DefaultLimit\(\)\) <= mask", "mask > 0xffff"),
        new("the limit of a pool's frames starts over for each segment",
            @"int error;(\s+do\s+\{\s+error = _xen)", "bits = order + PageShift; int error;$1"),
        new("memory is not given back to the hypervisor",
            @"if \(_remapped\.Remove\(PageOf\(phys\)\)\)", "if (false)"),
        new("memory that lies in pieces is not exchanged",
            @"> dev\.CoherentDmaMask \|\| !IsInOnePiece", "> dev.CoherentDmaMask && !IsInOnePiece"),
        new("allocated memory is not cleared",
            @"_machine\.Memory\.Zero\(phys, bytes, ""xen_swiotlb_alloc_coherent""\);", ";"),
        new("the caches of the guest's own pages alone are written out",
            @"_xen\.SyncForDevice\(address, size, dir\);", ";"),
        new("a flush takes all frames in one call",
            @"Math\.Min\(size, XenFrames\.FrameBytes - \(machine & XenFrames\.OffsetMask\)\)",
            "size"),
        new("what was only read is flushed, too",
            @"if \(dir != AbiDirection\.ToDevice\)(\s+\{\s+FlushCaches)", "if (true)$1"),
        new("another domain's page is taken for the guest's own",
            @"new Special\(frame, machine, 1, IsForeign: true\)",
            "new Special(frame, machine, 1, IsForeign: false)"),
        new("runs are in the machine as in the guest",
            @"ulong run = Runs - 1 - \(frame / _runFrames\);", "ulong run = frame / _runFrames;"),
        new("frames that were given back are not exchanged again",
            @"Mark\(exchanged\.Machine, exchanged\.Count, taken: false\);", ";"),
    }.Select(mutation => mutation with { Ground = MutationGround.Guests });
}
