// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Contract;

/// <summary>What findings have in common that are likely the same defect.</summary>
/// <param name="Rule">The rule that is broken.</param>
/// <param name="Operation">"map", or "boot machine" for a boot step.</param>
public sealed record ContractSignature(ContractRuleId Rule, string Operation)
{
    /// <summary>"C2 alignment map", as file names have it.</summary>
    public override string ToString() => $"{ContractRuleNames.Title(Rule)} {Operation}";
}

/// <summary>A place where an engine breaks the contract.</summary>
/// <param name="Signature">The rule and the operation.</param>
/// <param name="AtBoot">True for a boot step, false for an operation.</param>
/// <param name="Step">Index of the boot step or op, counted from 0.</param>
/// <param name="Line">The operation in the words of the trace.</param>
/// <param name="Expected">What the rule asks for, with numbers.</param>
/// <param name="Actual">What there is instead.</param>
/// <param name="IsAdded">Whether the checker added the operation to the trace.</param>
/// <param name="IsCrash">Whether the machine died of it.</param>
public sealed record ContractFinding(
    ContractSignature Signature,
    bool AtBoot,
    int Step,
    string Line,
    string Expected,
    string Actual,
    bool IsAdded,
    bool IsCrash);

/// <summary>What came of one trace.</summary>
/// <param name="Findings">In the order found, each signature once.</param>
/// <param name="Trace">The trace, with the operations that the checker added to it.</param>
public sealed record ContractReport(IReadOnlyList<ContractFinding> Findings, Trace Trace);
