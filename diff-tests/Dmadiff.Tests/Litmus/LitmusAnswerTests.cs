// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Litmus;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Litmus;

/// <summary>What herd7 prints, and what is made of it.</summary>
public sealed class LitmusAnswerTests
{
    [Theory]
    [InlineData("Never", LitmusVerdict.Never)]
    [InlineData("Sometimes", LitmusVerdict.Sometimes)]
    [InlineData("Always", LitmusVerdict.Always)]
    public void The_verdict_is_in_the_observation(string word, LitmusVerdict verdict) =>
        LitmusAnswer.Parse("MP+a+b", Printed("MP+a+b", word), string.Empty)
            .ShouldBe(new LitmusAnswer(verdict, null));

    [Fact]
    public void An_observation_of_another_test_does_not_count() =>
        LitmusAnswer.Parse("MP+a", Printed("MP+a+b", "Never"), string.Empty)
            .Verdict.ShouldBeNull();

    [Fact]
    public void A_race_is_a_problem_whatever_the_verdict()
    {
        string output = Printed("t", "Never").Replace("Time ", "Flag data-race\nTime ");
        LitmusAnswer.Parse("t", output, string.Empty)
            .ShouldBe(new LitmusAnswer(LitmusVerdict.Never, "herd7 flags data-race"));
    }

    [Fact]
    public void What_herd7_complains_of_is_passed_on() =>
        LitmusAnswer.Parse("t", string.Empty, "Warning: File \"t.litmus\": syntax error\nmore\n")
            .Problem.ShouldBe("Warning: File \"t.litmus\": syntax error");

    private static string Printed(string name, string verdict) =>
        $"""
        Test {name} Allowed
        States 3
        1:r0=0; 1:r1=0;
        1:r0=0; 1:r1=1;
        1:r0=1; 1:r1=1;
        No
        Witnesses
        Positive: 0 Negative: 3
        Condition exists (1:r0=1 /\ 1:r1=0)
        Observation {name} {verdict} 0 3
        Time {name} 0.01
        Hash=0123456789abcdef0123456789abcdef

        """;
}
