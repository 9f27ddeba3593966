// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;
using Dmadiff.Bindings;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Differences;

/// <summary>What a change of behaviour comes to for a driver, whichever operation shows it:
/// a patch that takes memory from elsewhere is one change, not one for each operation that
/// tells an address.</summary>
public static partial class ChangeEffect
{
    /// <summary>In a few words.</summary>
    public static string Of(DivergenceDetails details)
    {
        var divergence = details.Divergence;
        var signature = divergence.Signature;
        var what = divergence.AtBoot
            ? signature.ToString()
            : (signature.Left, signature.Right, signature.Group) switch
            {
                (AbiStatus.Ok, AbiStatus.MappingError, _) => "what was granted is refused",
                (AbiStatus.MappingError, AbiStatus.Ok, _) => "what was refused is granted",
                (_, _, FieldGroup.Address) => "other addresses",
                (_, _, FieldGroup.Log) when SameWords(details) => "other addresses",
                (AbiStatus.Ok, AbiStatus.Ok, FieldGroup.Data) when OfList(divergence.Kind) =>
                    "other slots of a list, or other bytes",
                _ => signature.ToString(),
            };
        return details.Trace.Trace.Operations.Any(o => o.Kind == OperationKind.FailAlloc)
            ? "after an allocation that fails, " + what
            : what;
    }

    // What is compared of these is the bytes and the slots that hold them, together.
    private static bool OfList(AbiOpKind? kind) => kind
        is AbiOpKind.UnmapSg or AbiOpKind.SyncSgForCpu or AbiOpKind.SyncSgForDevice;

    private static bool SameWords(DivergenceDetails details) =>
        Words(details.Left.Log) == Words(details.Right.Log);

    private static string Words(IEnumerable<string> log) =>
        Address().Replace(string.Join('\n', log), "0x");

    [GeneratedRegex("0x[0-9a-f]+", RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Address();
}
