// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract.Shadow;

namespace Dmadiff.Diff.Contract.Rules;

/// <summary>
/// C6. swiotlb.rst: unmapping frees the bounce buffer, slots belong to bounce buffers alone, and
/// the debugfs files say how many there are, are used and were used at most. So used slots lie
/// between what live mappings need and what they may take, and when none is left the pool
/// is as it was after boot. A kernel may keep high-water marks only where "swiotlb=" asks for
/// it with "track_hiwater"; it then keeps all of them or none.
/// </summary>
/// <param name="tables">Slot tables after boot.</param>
internal sealed class AccountingRule(SlotTables tables) : ContractRule
{
    public override void Judge(ContractStep step)
    {
        step.Shadow.KeepsHiwater |= step.Result.Hiwater != 0;
        if (step is { Role: StepRole.Make or StepRole.End, Succeeded: true, Device: { } device }
            && step.Shadow.PoolOf(device) is { } pool)
        {
            RequireUsed(step, pool, step.Result.Used, "used slots");
            if (step is { Role: StepRole.Make, Mapping.Bounced: true })
            {
                pool.Hiwater = Math.Max(pool.Hiwater, Bounds(step, pool).Least);
            }

            if (step.Role == StepRole.End && step.Shadow.IsIdle(pool.Index))
            {
                AskDebugfs(step, pool);
            }
        }

        if (step.Succeeded && step.Shadow.Pool((int)step.Op.Device) is { } named)
        {
            JudgeFile(step, named);
        }

        if ((step.IsThorough || step.Op.Kind == AbiOpKind.Check)
            && step.Shadow.Pools.TrueForAll(p => step.Shadow.IsIdle(p.Index))
            && tables.Difference(step) is var (expected, actual))
        {
            step.Report(ContractRuleId.Accounting, expected, actual);
        }
    }

    private static void AskDebugfs(ContractStep step, ShadowPool pool)
    {
        var answer = step.Ask(new AbiOp
        {
            Kind = AbiOpKind.DebugfsRead,
            Device = (uint)pool.Index,
            Arg = (ulong)AbiDebugfsFile.Used,
        });
        if (answer.Status == AbiStatus.Ok)
        {
            RequireUsed(step, pool, answer.Value, "io_tlb_used");
        }
    }

    private static void JudgeFile(ContractStep step, ShadowPool pool)
    {
        var value = step.Result.Value;
        switch (step.Op.Kind, (AbiDebugfsFile)step.Op.Arg)
        {
            case (AbiOpKind.DebugfsRead, AbiDebugfsFile.Used):
                RequireUsed(step, pool, value, "io_tlb_used");
                break;
            case (AbiOpKind.DebugfsRead, AbiDebugfsFile.UsedHiwater)
                when value != 0 || step.Shadow.KeepsHiwater:
                Require(step, value, pool.Hiwater, pool.MostSlots, "io_tlb_used_hiwater");
                break;
            case (AbiOpKind.DebugfsRead, AbiDebugfsFile.Nslabs):
                var slots = step.Shadow.SlotsOf(pool, transient: false);
                Require(step, value, slots, slots, "io_tlb_nslabs");
                break;
            case (AbiOpKind.DebugfsWrite, AbiDebugfsFile.UsedHiwater):
                // Counts anew from the next mapping on.
                pool.Hiwater = 0;
                break;
        }
    }

    private static void RequireUsed(
        ContractStep step, ShadowPool pool, ulong used, string figure)
    {
        var (least, most) = Bounds(step, pool);
        Require(step, used, least, most, figure);
    }

    private static void Require(
        ContractStep step, ulong value, ulong least, ulong most, string figure)
    {
        if (value < least || value > most)
        {
            var expected = least == most ? $"{least}" : $"{least} to {most}";
            step.Report(ContractRuleId.Accounting, $"{figure} {expected}", $"{value}");
        }
    }

    private static (ulong Least, ulong Most) Bounds(ContractStep step, ShadowPool pool)
    {
        var least = 0UL;
        var most = 0UL;
        foreach (var mapping in step.Shadow.Live)
        {
            if (mapping.Bounced && mapping.Device.Pool == pool.Index)
            {
                least += LiesIn(step.Shadow, pool, mapping) ? ShadowPool.LeastSlots(mapping) : 0;
                most += ShadowPool.MostSlotsOf(mapping, step.Shadow.PageBytes);
            }
        }

        return (least, Math.Min(most, step.Shadow.SlotsOf(pool, transient: true)));
    }

    // A kernel may bounce through memory that is no slot of any pool.
    private static bool LiesIn(ShadowMachine shadow, ShadowPool pool, ShadowMapping mapping) =>
        mapping.Memory.Parts.Any(part => pool.Overlaps(part.Address, part.Size)
            || shadow.Later.Exists(
                p => p.Owner == pool.Index && p.Overlaps(part.Address, part.Size)));
}
