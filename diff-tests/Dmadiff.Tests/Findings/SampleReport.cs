// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Findings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Tests.Findings;

/// <summary>A report with something of everything, and text that formats must escape.</summary>
internal static class SampleReport
{
    public static FindingsReport Make() => new()
    {
        ToolVersion = "0.1.0",
        Command = "fuzz",
        Kernels = [new KernelIdentity("v6.1 <&>", new string('a', 40), "6.1.0")],
        Notices = ["a \"notice\""],
        Checks =
        [
            new Check("expect lines hold", []),
            new Check("main does not crash", [Crash(870), Crash(12) with { Count = 3 }]),
            new Check("main keeps the contract", [Breach()]) { Heading = "main is wrong:" },
        ],
        Sequences = 3,
        Operations = 70,
        Summary = "main: 3 sequences, 70 operations: 2 crashes, 1 breach of the contract, and "
            + "more words than fit on one line",
    };

    /// <summary>The same crash, whatever line it is on.</summary>
    public static Finding Crash(int line) => new()
    {
        Rule = FindingRule.Crash,
        Revision = "main",
        Title = "BUG in swiotlb_bounce # 1",
        What = "main crashes: BUG & <worse>",
        Place = new FindingPlace("swiotlb_bounce", "kernel/dma/swiotlb.c", line),
        Origin = "sequence 0 of seed 1",
        Text = "main crashes: BUG\n  a log line with \u0001 and ]]> in it\n",
        Trace = TraceParser.Parse("dmadiff-trace 1\ntime 5\n"),
        TracePath = "out dir/a.trace",
        Replay = new ShellCommand(
        [
            "dmadiff run", "--tree linux", "--on 0123456789012345678901234567890123456789",
            "'out dir/a.trace'",
        ]),
    };

    private static Finding Breach() => new()
    {
        Rule = FindingRule.Contract(Diff.Contract.ContractRuleId.Data),
        Revision = "main",
        Title = "C4 data unmap",
        What = "main breaks the contract",
        Text = "main breaks the contract, C4 data:\n",
        TracePath = "out dir/b.trace",
    };
}
