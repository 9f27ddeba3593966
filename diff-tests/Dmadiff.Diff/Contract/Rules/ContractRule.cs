// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Contract.Rules;

/// <summary>One rule of the contract. It is shown every op that has run and that is not the
/// driver's fault, and reports what it finds to the step.</summary>
internal abstract class ContractRule
{
    /// <summary>Judges an op. Mappings that it ended are no longer live; one that it made is.
    /// </summary>
    public abstract void Judge(ContractStep step);

    /// <summary>"[0x1000, 0x2000)".</summary>
    protected static string Span(ulong start, ulong size) => $"[0x{start:x}, 0x{start + size:x})";
}
