// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Tests.Mutations;

/// <summary>Mistakes that somebody could make in the port of buffers that stay mapped.</summary>
internal static class IoBufferMutations
{
    public static IReadOnlyList<PortMutation> All { get; } =
    [
        new("a buffer goes in the first pass that finds it",
            @"if \(!teardown && !slot\.IsOld\)", "if (teardown && !slot.IsOld)"),
        new("passes stop while buffers wait", @"waiting = true;", "waiting = teardown;"),
        new("a pass comes a tick late", @"EvictPeriod = 5000;", "EvictPeriod = 5001;"),
        new("a buffer that is as large as a class goes to the next",
            @"size <= c\.BufferBytes", "size < c.BufferBytes"),
        new("the offset in the page is not counted",
            @"FindBuffer\(dev, offset \+ size, prot\)", "FindBuffer(dev, size, prot)"),
        new("what waits longest is used first",
            @"cache\.AddFirst\(slot\);", "cache.AddLast(slot);"),
        new("a slot that could not be filled is lost",
            @"each\.EmptySlots\.AddFirst\(slot\);\s+each\.Unlock\(\);\s+return null;",
            "each.Unlock(); return null;"),
        new("buffers are copied to the device alone",
            @"AbiDirection\.Bidirectional => true,", "AbiDirection.Bidirectional => !forCpu,"),
        new("a list's second segment is where its first is",
            @"iova \+= bytes;", "iova += 0 * bytes;"),
        new("pages are cleared",
            @"zeroed: _profile\.IoBuffersAreMended\)", "zeroed: true)"),
    ];
}
