// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract;
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Contract;

public class ContractCollectorTests
{
    private const string Text = """
        dmadiff-trace 1
        machine memory=4G cpus=4
        cmdline swiotlb=512,2,force
        device d0 dma_mask=32
        device d1 dma_mask=32
        buffer b0 size=64K
        buffer b1 size=64K
        cpu 3
        map m0 d1 b1+0 300 from_device
        map m1 d0 b0+0x10 5000 to_device
        time 5
        unmap m0
        map m2 d0 b0+0x3000 9000 bidirectional
        sync_for_cpu m2+0 12
        unmap m1
        unmap m2

        """;

    [Fact]
    public void A_breach_is_told_once_a_kernel_with_its_smallest_trace()
    {
        using var engine = new TamperedEngine
        {
            OnLog = op => op is { Kind: AbiOpKind.Map, Device: 0 } ? "W f: planted" : null,
        };
        var collector = new ContractCollector(600);
        var trace = TraceLowering.Lower(TraceParser.Parse(Text));
        collector.Run(engine, "first", trace);
        collector.Run(engine, "second", trace);

        ContractBreach breach = collector.Breaches.ShouldHaveSingleItem();
        breach.Origin.ShouldBe("first");
        breach.Count.ShouldBe(2);
        breach.Finding.Actual.ShouldBe("\"W f: planted\"");
        breach.Trace.Operations.Count.ShouldBe(1);
        breach.Trace.Devices.Count.ShouldBe(1);
    }

    [Fact]
    public void A_breach_after_the_trace_is_shown_with_the_operations_that_were_added()
    {
        using var engine = new TamperedEngine
        {
            Refuses = op => op is { Kind: AbiOpKind.Map, Size: > 9000 },
        };
        var collector = new ContractCollector(600);
        collector.Run(engine, "first", TraceLowering.Lower(TraceParser.Parse(Text)));

        ContractBreach breach = collector.Breaches.ShouldHaveSingleItem();
        breach.Finding.Signature.Rule.ShouldBe(ContractRuleId.Promise);
        TracePrinter.Print(breach.Trace.Operations[^1]).ShouldStartWith("map probe d");

        // What is shown shows it by itself.
        new ContractRun(engine).Run(TraceLowering.Lower(breach.Trace)).Findings
            .ShouldContain(finding => finding.Line == breach.Finding.Line);
    }

    [Fact]
    public void A_crash_is_left_to_those_who_report_crashes()
    {
        using var engine = new TamperedEngine
        {
            OnResult = (op, result) => op.Kind == AbiOpKind.SyncForCpu
                ? result with { Status = AbiStatus.Crash }
                : result,
        };
        var collector = new ContractCollector(600);
        collector.Run(engine, "first", TraceLowering.Lower(TraceParser.Parse(Text)));
        collector.Breaches.ShouldBeEmpty();
    }
}
