// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Contract.Rules;

/// <summary>
/// C7. process/deprecated.rst and dma-api.rst: WARN and BUG are for what should never happen, so
/// no legal use of the API provokes one, an oops, or the misuse of another service. A mapping
/// that fails may warn when the device reaches neither the buffer nor all of the pool: that is
/// how a machine without bounce memory for its devices is told.
/// </summary>
internal sealed class NoComplaintRule : ContractRule
{
    public override void Judge(ContractStep step)
    {
        if (step.Result.Status == AbiStatus.Crash)
        {
            var crash = step.Engine.ReadCrash();
            step.Report(
                ContractRuleId.NoComplaint,
                "no crash",
                crash is null ? "a crash" : $"{crash.What} in {crash.Where}");
            return;
        }

        foreach (var line in step.Log)
        {
            if (IsComplaint(line) && !(line[0] == 'W' && MayWarn(step)))
            {
                step.Report(ContractRuleId.NoComplaint, "no complaint", $"\"{line}\"");
                return;
            }
        }
    }

    /// <summary>Whether a log line is more than a message.</summary>
    public static bool IsComplaint(string line) =>
        line.Length > 1 && line[0] is 'W' or 'B' or 'P' or 'M' && line[1] == ' ';

    private static bool MayWarn(ContractStep step) =>
        step.Fault is DriverFault.LargeAlignment or DriverFault.OwnPages

        // What cannot be reached is told, and so are an atomic pool that is exhausted and a
        // range of pfns that no address has.
        || (step.Op is { Kind: AbiOpKind.Alloc, Arg: (ulong)AbiGfp.Atomic }
            && step.Result.Status == AbiStatus.MappingError)
        || (step.Op.Kind is AbiOpKind.MapResource or AbiOpKind.PoolAlloc or AbiOpKind.IovaReserve
            && step.Result.Status == AbiStatus.MappingError)
        || (step.Op.Kind == AbiOpKind.Alloc && step.Op.Arg != (ulong)AbiGfp.Kernel
            && step.Result.Status == AbiStatus.MappingError)
        || (step is { Op.Kind: AbiOpKind.MapSg, Refused: true } && Unreachable(step))
        || (step is { Refused: true, Device: { } device } && Unreachable(step)
            && (step.Buffer is { } buffer
                && (!device.SurelyReaches(buffer.Base + step.Op.Offset, step.Op.Size)
                    || step.Shadow.ForcesBounce || device.IsRestricted)));

    private static bool Unreachable(ContractStep step) =>
        step.Shadow.PoolOf(step.Device!) is not { } pool
        || !step.Device!.SurelyReaches(pool.Start, pool.Bytes);
}
