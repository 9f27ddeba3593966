// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Contract.Rules;

/// <summary>Whether memory of a guest is in one piece in the machine's.</summary>
internal static class MachinePieces
{
    /// <summary>What is to be, for a report.</summary>
    public const string Expected = "contiguous memory of the machine behind the address";

    private const ulong FrameBytes = 4096;

    /// <summary>The first byte of a mapping that is not where the one before it says; null when
    /// all of them are.</summary>
    /// <param name="step">The operation that made it.</param>
    /// <param name="dmaAddress">What the device was given.</param>
    /// <param name="address">The guest's memory behind that.</param>
    /// <param name="size">Bytes.</param>
    public static ulong? FirstTorn(
        ContractStep step, ulong dmaAddress, ulong address, ulong size)
    {
        for (var at = FrameBytes - (dmaAddress % FrameBytes); at < size; at += FrameBytes)
        {
            var there = step.Ask(new AbiOp
            {
                Kind = AbiOpKind.IovaToPhys,
                Mapping = step.Op.Mapping,
                Offset = at,
            }).Value;
            if (there != address + at)
            {
                return at;
            }
        }

        return null;
    }
}
