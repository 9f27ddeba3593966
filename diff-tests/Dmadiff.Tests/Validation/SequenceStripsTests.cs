// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Validation;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Validation;

/// <summary>A kernel that loops forever is not given everything.</summary>
public class SequenceStripsTests
{
    private static readonly TraceRecord Fine = new(1, []);
    private static readonly TraceRecord Hang = new(1, [new(DefectKind.Hang, "endless loop", "f")]);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(100)]
    [InlineData(101)]
    public void Each_sequence_is_in_one_strip(int sequences)
    {
        var (run, left) = Run(sequences, _ => Fine);
        run.Order().ShouldBe(Enumerable.Range(0, sequences));
        left.ShouldBe(0);
    }

    [Fact]
    public void A_kernel_that_always_hangs_gets_a_few_of_each_strip()
    {
        var (run, left) = Run(1000, _ => Hang);
        run.Count.ShouldBe(SequenceStrips.Count * SequenceStrips.MostHangs);
        left.ShouldBe(1000 - run.Count);
    }

    [Fact]
    public void One_that_hangs_on_few_is_given_all()
    {
        var (run, left) = Run(
            1000, i => i < SequenceStrips.Count * (SequenceStrips.MostHangs - 1) ? Hang : Fine);
        (run.Count, left).ShouldBe((1000, 0));
    }

    [Fact]
    public void What_it_could_not_be_given_is_no_hang() =>
        Run(100, _ => null).Run.Count.ShouldBe(100);

    private static (List<int> Run, int Left) Run(int sequences, Func<int, TraceRecord?> what)
    {
        var run = new List<int>();
        var left = Enumerable.Range(0, SequenceStrips.Count).Sum(
            strip => SequenceStrips.Run(strip, sequences, i =>
            {
                run.Add(i);
                return what(i);
            }));
        return (run, left);
    }
}
