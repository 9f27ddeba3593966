// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Judges;

public class JudgeTests
{
    private static readonly LoweredTrace Trace = TraceLowering.Lower(TraceParser.Parse("""
        dmadiff-trace 1
        device d0 dma_mask=32
        buffer b0 size=16K
        map m0 d0 b0+0 100 to_device
        dev_read m0+0 100
        unmap m0
        max_mapping_size d0
        debugfs_read default used
        """));

    public static TheoryData<ResultField, string> Changes()
    {
        var data = new TheoryData<ResultField, string>();
        foreach (var field in ResultFields.Each(ResultField.All))
        {
            data.Add(field, ResultFields.NameOf(field, AbiOpKind.Unmap));
        }

        return data;
    }

    [Fact]
    public void Equal_runs_agree() =>
        Compare(new ExactJudge(), new FakeEngine(), new FakeEngine()).ShouldBeNull();

    [Theory]
    [MemberData(nameof(Changes))]
    public void The_exact_judge_sees_a_change_of_any_field(ResultField field, string name)
    {
        name.ShouldNotBeEmpty();
        var changed = new FakeEngine
        {
            OnBoot = i => i == 1 ? Change(FakeEngine.Result(), field) : FakeEngine.Result(),
        };

        var divergence = Compare(new ExactJudge(), new FakeEngine(), changed);

        divergence.ShouldNotBeNull();
        (divergence.AtBoot, divergence.Step, divergence.Fields).ShouldBe((true, 1, field));
        divergence.Signature.Operation.ShouldBe("boot machine");
    }

    [Theory]
    [InlineData(0, ResultField.Value, FieldGroup.Address)]
    [InlineData(3, ResultField.Value, FieldGroup.Value)]
    [InlineData(5, ResultField.Value, FieldGroup.Accounting)]
    [InlineData(1, ResultField.Data, FieldGroup.Data)]
    [InlineData(2, ResultField.Slots, FieldGroup.Slots)]
    [InlineData(2, ResultField.AreaIndex, FieldGroup.Accounting)]
    [InlineData(2, ResultField.Error, FieldGroup.Status)]
    public void The_first_difference_gives_the_signature(
        int op,
        ResultField field,
        FieldGroup group)
    {
        var divergence = Compare(new ExactJudge(), new FakeEngine(), Changed(op, field));

        divergence.ShouldNotBeNull();
        (divergence.AtBoot, divergence.Step).ShouldBe((false, op));
        divergence.Signature.Group.ShouldBe(group);
    }

    [Theory]
    [InlineData(0, ResultField.Value, true)]
    [InlineData(0, ResultField.Slots, false)]
    [InlineData(0, ResultField.Data, false)]
    [InlineData(0, ResultField.Hiwater, false)]
    [InlineData(1, ResultField.Data, true)]
    [InlineData(1, ResultField.Area, false)]
    [InlineData(2, ResultField.Data, true)]
    [InlineData(2, ResultField.Used, false)]
    [InlineData(3, ResultField.Value, true)]
    [InlineData(4, ResultField.Value, false)]
    [InlineData(4, ResultField.Error, true)]
    [InlineData(5, ResultField.Value, false)]
    [InlineData(5, ResultField.Data, true)]
    public void The_behaviour_judge_sees_what_drivers_see(int op, ResultField field, bool sees) =>
        (Compare(new BehaviourJudge(), new FakeEngine(), Changed(op, field)) is not null)
            .ShouldBe(sees);

    [Theory]
    [InlineData("W swiotlb_bounce: x", "W other: x", false)]
    [InlineData("B swiotlb_do_find_slots", "B swiotlb_search_pool_area", false)]
    [InlineData("W f", "W g", false)]
    [InlineData("W f: x", "W f: y", true)]
    [InlineData("4 dmadiff d0: x", "4 dmadiff d0: y", true)]
    public void The_behaviour_judge_reads_the_log_without_function_names(
        string left,
        string right,
        bool differs)
    {
        var divergence = Compare(new BehaviourJudge(), Logs(left), Logs(right));

        (divergence is not null).ShouldBe(differs);
        (divergence?.Signature.Group ?? FieldGroup.Log).ShouldBe(FieldGroup.Log);
    }

    [Fact]
    public void A_difference_that_does_not_count_hides_none_that_does()
    {
        var right = new FakeEngine
        {
            OnOp = (_, i) => i switch
            {
                0 => Change(FakeEngine.Result(), ResultField.Hiwater),
                2 => Change(FakeEngine.Result(), ResultField.Data),
                _ => FakeEngine.Result(),
            },
        };

        Compare(new BehaviourJudge(), new FakeEngine(), right)!.Step.ShouldBe(2);
    }

    [Fact]
    public void A_difference_without_consequences_gives_way_to_one_that_has_some()
    {
        var logs = new FakeEngine
        {
            LogOf = (_, i) => i == 0 ? ["4 something"] : [],
        };
        var logsAndMaps = new FakeEngine
        {
            LogOf = (_, i) => i == 0 ? ["4 something"] : [],
            OnOp = (_, i) => i == 2
                ? Change(FakeEngine.Result(), ResultField.Data)
                : FakeEngine.Result(),
        };

        Compare(new BehaviourJudge(), new FakeEngine(), logs)!.Step.ShouldBe(0);
        Compare(new BehaviourJudge(), new FakeEngine(), logsAndMaps)!.Step.ShouldBe(2);
        Compare(new ExactJudge(), new FakeEngine(), logsAndMaps)!.Step.ShouldBe(0);
    }

    [Fact]
    public void Expectations_that_do_not_hold_are_told()
    {
        var trace = TraceLowering.Lower(TraceParser.Parse("""
            dmadiff-trace 1
            check
            expect last crash
            expect default used=3
            expect default nslabs=5
            """));
        var engine = new FakeEngine("c")
        {
            OnOp = (op, _) => op.Kind == AbiOpKind.DebugfsRead && op.Arg == 0
                ? FakeEngine.Result(AbiStatus.Errno) with { Error = -2 }
                : FakeEngine.Result(value: 2),
        };
        var run = new EngineRun(engine);
        run.Execute(trace);

        ExpectationJudge.Judge(trace, run).Select(failure => failure.ToString()).ShouldBe([
            "line 3: expect last crash: c has status ok",
            "line 4: expect default used=3: c has used=2",
            "line 5: expect default nslabs=5: c has no nslabs: errno -2",
        ]);
    }

    private static Divergence? Compare(Judge judge, FakeEngine left, FakeEngine right)
    {
        using var lockStep = LockStep.FirstWithOthers([left, right], judge);
        return lockStep.Run(Trace).Divergence;
    }

    private static FakeEngine Changed(int op, ResultField field) => new()
    {
        OnOp = (_, i) => i == op ? Change(FakeEngine.Result(), field) : FakeEngine.Result(),
    };

    private static FakeEngine Logs(string line) => new()
    {
        LogOf = (_, i) => i == 1 ? [line] : [],
    };

    private static AbiResult Change(AbiResult result, ResultField field)
    {
        switch (field)
        {
            case ResultField.Status:
                result.Status = AbiStatus.MappingError;
                break;
            case ResultField.Error:
                result.Error = -12;
                break;
            case ResultField.Value:
                result.Value++;
                break;
            case ResultField.Data:
                result.DataDigest++;
                break;
            case ResultField.Log:
                result.LogDigest++;
                break;
            case ResultField.LogLines:
                result.LogLines++;
                break;
            case ResultField.Used:
                result.Used++;
                break;
            case ResultField.Hiwater:
                result.Hiwater++;
                break;
            case ResultField.Area:
                result.Area = 0;
                break;
            case ResultField.AreaUsed:
                result.AreaUsed++;
                break;
            case ResultField.AreaIndex:
                result.AreaIndex++;
                break;
            default:
                result.SlotDigest++;
                break;
        }

        return result;
    }
}
