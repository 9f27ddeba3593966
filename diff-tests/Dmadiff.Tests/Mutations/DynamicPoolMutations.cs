// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Tests.Mutations;

/// <summary>Mistakes that somebody could make where pools come and go.</summary>
internal static class DynamicPoolMutations
{
    public static IEnumerable<PortMutation> All => new PortMutation[]
    {
        new("a transient pool may lie anywhere",
            @"dev\.AddressLimit, maySleep: false", "ulong.MaxValue, maySleep: false"),
        new("a pool that comes is not counted",
            @"mem\.Nslabs \+= pool\.Nslabs", "mem.Nslabs += 0"),
        new("a pool that comes is searched last",
            @"pool\.Next = First;", """
            if (First is { } last)
            {
                while (last.Next is not null)
                {
                    last = last.Next;
                }
                last.Next = pool;
                pool.Next = null;
                pool.Previous = last;
                return;
            }
            """),
        new("a transient pool counts for ever",
            @"TransientNslabs -= _hasDebugfs \? nslots", "TransientNslabs -= _hasDebugfs ? 0UL"),
        new("used slots of a transient pool are not counted out",
            @"DecUsed\(dev\.Mem, \(uint\)pool\.Nslabs\);", ";"),
        new("a transient pool is freed without a grace period",
            @"_machine\.GracePeriods\.Call\(\(\) => DynFree\(pool\)\);", "DynFree(pool);"),
        new("a device that bounces is not known to",
            @"dev\.UsesIoTlb = true", "dev.UsesIoTlb = dev.Mem.ForAlloc"),
        new("a full pool queues no work",
            @"_machine\.Deferred\.Schedule\(mem\.Growth!\);", ";"),
        new("a pool is as large as wanted or not at all",
            @"if \(nslabs <= minslabs\)", "if (nslabs >= minslabs)"),
        new("every CPU starts at area 0 of all pools",
            @"\(start \+ cpuOffset\) &", "cpuOffset &"),
        new("pages above the limit are not given back",
            @"_machine\.Pages\.FreePages\(start, order\);(\s+tooHigh)", "$1"),
        new("pages above the limit are not tried lower",
            @"!tooHigh \|\| !DmaDirect", "tooHigh || !DmaDirect"),
        new("memory without a slot table is lost",
            @"FreeTlb\(tlb, nslabs << SlotShift, mem\.CcShared\);", ";"),
        new("a whole segment is too much",
            @"allocSize > SegmentSlots", "allocSize >= SegmentSlots"),
        new("decrypted memory is freed as it is",
            @"_machine\.Encryption\.Encrypt\(start, bytes\);", ";"),
        new("a transient pool is decrypted by who must not wait",
            @"if \(!maySleep && dev is not null && decrypts\)", "if (dev is null && !maySleep)"),
    }.Select(mutation => mutation with { Ground = MutationGround.GrowingPools });
}
