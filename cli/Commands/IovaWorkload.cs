// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Cli.Commands;

/// <summary>What the benchmark does with IOVAs: a driver's ring, whose oldest mapping ends
/// when a new one is made.</summary>
internal static class IovaWorkload
{
    private const int AtATime = 512;
    private const int Large = 48;

    /// <summary>So many operations; they may run again on the machine they ran on.</summary>
    public static AbiOp[] Make(int count)
    {
        var ops = new AbiOp[count];
        ops[0] = new AbiOp { Kind = AbiOpKind.IovaInit, Size = 4096, Arg = 1 };
        ops[^1] = new AbiOp { Kind = AbiOpKind.IovaPut };
        for (int i = 1; i + 1 < ops.Length - 1; i += 2)
        {
            int slot = i / 2 % AtATime;
            bool large = slot % 8 == 0;
            ops[i] = new AbiOp
            {
                Kind = large ? AbiOpKind.IovaFree : AbiOpKind.IovaFreeFast,
                Mapping = (uint)slot,
            };
            ops[i + 1] = new AbiOp
            {
                Kind = large ? AbiOpKind.IovaAlloc : AbiOpKind.IovaAllocFast,
                Mapping = (uint)slot,
                Size = large ? Large : 1UL << (slot % 5),
                Arg = 0xfffff,
                Attrs = large ? AbiAttr.SizeAligned : AbiAttr.FlushRcache,
            };
        }

        return ops;
    }
}
