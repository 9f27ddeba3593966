// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Histories;
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Histories;

public class QuestionTests
{
    private const string Leak = "contract C6 unmap";
    private const string Data = "contract C4 sync_for_cpu";
    private const string Range = "contract C1 map";
    private const string Crash = "crash SIGSEGV swiotlb_bounce";
    private const string Broken = "expect 1 last ok";

    [Theory]
    [InlineData(Leak, "", "", Verdict.Good)]
    [InlineData(Leak, "", Leak, Verdict.Bad)]
    [InlineData(Leak, "", Range + ";" + Leak, Verdict.Bad)]
    [InlineData(Leak, "", Range, Verdict.Untestable)]
    [InlineData(Leak, "", Crash, Verdict.Untestable)]
    [InlineData(Leak, "", "contract C6 swiotlb_unmap", Verdict.Untestable)]
    [InlineData(Leak, Range, Range, Verdict.Good)]
    [InlineData(Leak, Data, Data, Verdict.Untestable)]
    [InlineData(Leak, Crash, Crash, Verdict.Untestable)]
    [InlineData(Broken, Data, Data, Verdict.Good)]
    [InlineData(Broken, "", Broken, Verdict.Bad)]
    [InlineData(Crash, "", "crash SIGSEGV swiotlb_find_slots", Verdict.Untestable)]
    [InlineData(Crash, "", "crash bug swiotlb_bounce", Verdict.Untestable)]
    [InlineData(Leak, "", "behaviour map address ok/ok", Verdict.Good)]
    public void Only_the_failure_in_question_is_bad(
        string wanted, string before, string outcome, Verdict verdict) =>
        Question.About(FailureSignature.Parse(wanted)!, Of(before)).Judge(Of(outcome))
            .Verdict.ShouldBe(verdict);

    [Theory]
    [InlineData(1, "", Verdict.Good)]
    [InlineData(2, "", Verdict.Bad)]
    [InlineData(3, "", Verdict.Bad)]
    [InlineData(3, Crash, Verdict.Untestable)]
    [InlineData(2, Leak, Verdict.Bad)]
    public void Any_change_of_behaviour_is_new_but_a_crash(
        ulong behaviour, string failures, Verdict verdict) =>
        Question.AnyChange(Of("", 1), Of("", 2)).Judge(Of(failures, behaviour))
            .Verdict.ShouldBe(verdict);

    [Fact]
    public void The_failure_in_question_is_the_one_named_or_the_first_that_is_new()
    {
        var unnamed = new Trace();
        var after = Of(Range + ";" + Leak);
        Question.Choose(unnamed, Of(""), after).ShouldBe(FailureSignature.Parse(Range));
        Question.Choose(unnamed, Of(Range), after).ShouldBe(FailureSignature.Parse(Leak));
        Question.Choose(unnamed, after, after).ShouldBeNull();
        var leak = FailureSignature.Parse(Leak)!;
        Question.Choose(leak.Label(unnamed), Of(""), after).ShouldBe(leak);
    }

    private static Outcome Of(string failures, ulong behaviour = 0) => new(
        [
            .. failures.Split(';', StringSplitOptions.RemoveEmptyEntries)
                .Select(f => new Failure(FailureSignature.Parse(f)!, "at", "what")),
        ],
        behaviour);
}
