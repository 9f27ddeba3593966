// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Contract;

namespace Dmadiff.Diff.Findings;

/// <summary>A kind of finding.</summary>
/// <param name="Id">Stable name: "port-difference", "contract-c4".</param>
/// <param name="Summary">What it means, in one sentence.</param>
/// <param name="Severity">How bad findings of this kind are.</param>
public sealed record FindingRule(string Id, string Summary, FindingSeverity Severity)
{
    /// <summary>A kernel and its reference disagree.</summary>
    public static FindingRule PortDifference { get; } = new(
        "port-difference",
        "The kernel and the reference that is held against it disagree at some step.",
        FindingSeverity.Warning);

    /// <summary>An expect line of a trace does not hold.</summary>
    public static FindingRule Expectation { get; } = new(
        "expectation",
        "An expect line of a trace does not hold.",
        FindingSeverity.Error);

    /// <summary>The kernel's code crashed.</summary>
    public static FindingRule Crash { get; } = new(
        "crash",
        "The kernel's code ended in a trap, BUG, panic, endless loop or misused service.",
        FindingSeverity.Error);

    /// <summary>Two kernels differ in what a driver or device can see.</summary>
    public static FindingRule KernelDifference { get; } = new(
        "kernel-difference",
        "Two kernels differ in what a driver or a device can see.",
        FindingSeverity.Note);

    /// <summary>The newer of two kernels crashes where the older does not.</summary>
    public static FindingRule NewCrash { get; } = new(
        "new-crash",
        "The newer of two kernels crashes where the older does not.",
        FindingSeverity.Error);

    /// <summary>A kernel does not do what its stored snapshot says.</summary>
    public static FindingRule SnapshotChanged { get; } = new(
        "snapshot-changed",
        "The kernel does something else on a trace than its stored snapshot says.",
        FindingSeverity.Warning);

    /// <summary>A trace has no stored snapshot.</summary>
    public static FindingRule SnapshotMissing { get; } = new(
        "snapshot-missing",
        "A trace of the corpus has no stored snapshot.",
        FindingSeverity.Warning);

    /// <summary>A stored snapshot has no trace.</summary>
    public static FindingRule SnapshotStale { get; } = new(
        "snapshot-stale",
        "A stored snapshot has no trace in the corpus.",
        FindingSeverity.Warning);

    /// <summary>A patch does not apply.</summary>
    public static FindingRule DoesNotApply { get; } = new(
        "does-not-apply",
        "A patch of a series does not apply.",
        FindingSeverity.Error);

    /// <summary>The kernel after a patch does not compile.</summary>
    public static FindingRule DoesNotBuild { get; } = new(
        "does-not-build",
        "The kernel after a patch does not compile.",
        FindingSeverity.Error);

    /// <summary>The harness's own C does not compile with the kernel after a patch.</summary>
    public static FindingRule Untestable { get; } = new(
        "untestable",
        "The harness's own code does not compile with the kernel after a patch.",
        FindingSeverity.Warning);

    /// <summary>A message claims that nothing changes, and something does.</summary>
    public static FindingRule FalseClaim { get; } = new(
        "false-claim",
        "The message of a patch claims that nothing changes, and something does.",
        FindingSeverity.Warning);

    /// <summary>The compiler warns of what a patch adds.</summary>
    public static FindingRule CompilerWarning { get; } = new(
        "compiler-warning",
        "The compiler warns of something that a patch brings.",
        FindingSeverity.Warning);

    /// <summary>A patch adds a function that nothing reached.</summary>
    public static FindingRule Untested { get; } = new(
        "untested",
        "A patch adds functions that no sequence reached.",
        FindingSeverity.Note);

    /// <summary>The kernel calls a function that the harness lacks.</summary>
    public static FindingRule LacksService { get; } = new(
        "lacks-service",
        "The kernel calls a function that the harness does not have.",
        FindingSeverity.Note);

    /// <summary>The rule for a broken rule of the DMA API's contract.</summary>
    public static FindingRule Contract(ContractRuleId rule) => new(
        $"contract-c{(int)rule}",
        $"The kernel breaks the contract of the DMA API: {ContractRuleNames.Title(rule)}.",
        FindingSeverity.Error);
}
