// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Differences;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Reports;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Judges;

public class ReportTests
{
    private static readonly Trace Trace = TraceParser.Parse("""
        dmadiff-trace 1
        cmdline swiotlb=128,1,force
        device d0 dma_mask=64 min_align=0xfff
        buffer b0 size=16K
        check
        map m0 d0 b0+0x800 100 to_device
        """);

    [Fact]
    public void A_divergence_reads_well_and_fits_in_75_columns()
    {
        using var lockStep = LockStep.FirstWithOthers(
            [Engine("debian/6.1", 5), Engine("debian/6.12", 3)], new ExactJudge());
        var lowered = TraceLowering.Lower(Trace);
        var divergence = lockStep.Run(lowered).Divergence!;

        var text = DivergenceRenderer.Render(new DivergenceReport
        {
            Environment = "gcc 12.2, x86-64",
            Origin = "sequence 34 of seed 1",
            Judge = "exact",
            Details = lockStep.Inspect(lowered, 0, divergence),
        });

        text.ShouldBe(Golden, StringCompareShould.IgnoreLineEndings);
        text.Split('\n').ShouldAllBe(line => line.Length <= 75);
    }

    [Fact]
    public void A_known_difference_is_explained()
    {
        var old = Engine("debian/6.1", 5);
        using var lockStep = LockStep.FirstWithOthers(
            [old, Engine("debian/6.12", 3)], new BehaviourJudge());
        var collector = new DifferenceCollector(
            trace => lockStep.Compare(TraceLowering.Lower(trace), 0),
            (trace, found) => lockStep.Inspect(TraceLowering.Lower(trace), 0, found));

        collector.Add(Trace, lockStep.Run(TraceLowering.Lower(Trace)).Divergence!);
        collector.Add(Trace, lockStep.Run(TraceLowering.Lower(Trace)).Divergence!);

        var group = collector.Groups.ShouldHaveSingleItem();
        group.Count.ShouldBe(2);
        group.Known!.Id.ShouldBe("search-start");
        group.Minimal.Operations.Count.ShouldBe(1);
        var text = DifferenceRenderer.Render(group);
        text.ShouldStartWith("search-start, 2 sequences\n");
        text.ShouldContain("seen as map address ok/ok (2)\n");
        text.Split('\n').ShouldAllBe(line => line.Length <= 75);
    }

    [Fact]
    public void What_the_catalogue_does_not_know_is_said_to_be_so()
    {
        var lowered = TraceLowering.Lower(TraceParser.Parse("dmadiff-trace 1\ntime 5\n"));
        var crashes = new FakeEngine("new") { OnOp = (_, _) => FakeEngine.Result(AbiStatus.Crash) };
        using var lockStep = LockStep.FirstWithOthers(
            [new FakeEngine("old"), crashes], new BehaviourJudge());
        var collector = new DifferenceCollector(
            trace => lockStep.Compare(TraceLowering.Lower(trace), 0),
            (trace, found) => lockStep.Inspect(TraceLowering.Lower(trace), 0, found));

        collector.Add(lowered.Trace, lockStep.Run(lowered).Divergence!);

        DifferenceRenderer.Render(collector.Groups[0])
            .ShouldStartWith("not in the catalogue: time status ok/crash, 1 sequence\n");
    }

    private static FakeEngine Engine(string name, int slot) => new(name)
    {
        OnOp = (op, _) => op.Kind == AbiOpKind.Map
            ? FakeEngine.Result(value: 0x3ffc0000 + ((ulong)slot * 2048)) with { Used = 1 }
            : FakeEngine.Result(),
        LogOf = (op, _) => op.Kind == AbiOpKind.Map ? [$"6 software IO TLB: slot {slot}"] : [],
        Pool = new AbiPoolState
        {
            Start = 0x3ffc0000,
            Bytes = 16 * 2048,
            Nslabs = 16,
            Used = 1,
            Nareas = 1,
            AreaNslabs = 16,
        },
        Areas = [new AbiAreaState { Used = 1, Index = (uint)slot + 1 }],
        Slots = [.. Enumerable.Range(0, 16).Select(i => Slot(i, slot))],
    };

    private static AbiSlotState Slot(int index, int used) => index == used
        ? new AbiSlotState { OrigAddr = 0x1000800, AllocSize = 100 }
        : new AbiSlotState
        {
            OrigAddr = AbiConstants.NoAddress,
            List = (uint)((index < used ? used : 16) - index),
        };

    private const string Golden = """
        debian/6.1 and debian/6.12 differ: map address ok/ok

          environment      gcc 12.2, x86-64
          found by         sequence 34 of seed 1, exact judge
          first at         operation 2, line 6: map m0 d0 b0+0x800 100 to_device

                           debian/6.1                  debian/6.12
          address          0x3ffc2800                  0x3ffc1800

          debian/6.1 logs
            6 software IO TLB: slot 5
          debian/6.12 logs
            6 software IO TLB: slot 3

          pool default     0x3ffc0000-0x3ffc7fff       0x3ffc0000-0x3ffc7fff
          used             1                           1
          area 0           used 1, search at 6         used 1, search at 4
          slot 0-2         free, list 5 down           free, list 3 down
          slot 3           free, list 2                0x1000800 size 100
          slot 4           free, list 1                free, list 12
          slot 5           0x1000800 size 100          free, list 11

        """;
}
