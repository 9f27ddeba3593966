// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Coverage;

/// <summary>Variations of traces that were kept.</summary>
public sealed class VaryingGeneratorTests
{
    private const int Count = 300;

    [Fact]
    public void Variations_are_good_traces_and_unlike_what_comes_without_them()
    {
        List<Trace> varied = Generate(keep: true);
        varied.ShouldAllBe(trace => TraceRules.Check(trace).Count == 0);
        var fresh = new SequenceGenerator(7);
        varied.Index().Count(t => t.Item != fresh.Generate((ulong)t.Index))
            .ShouldBeInRange(Count / 4, (3 * Count) / 4);
    }

    [Fact]
    public void The_same_traces_kept_give_the_same_variations() =>
        Generate(keep: true).ShouldBe(Generate(keep: true));

    [Fact]
    public void Nothing_kept_nothing_varied()
    {
        var fresh = new SequenceGenerator(7);
        Generate(keep: false).ShouldBe(
            Enumerable.Range(0, Count).Select(i => fresh.Generate((ulong)i)));
    }

    private static List<Trace> Generate(bool keep)
    {
        var generator = new VaryingGenerator(new SequenceGenerator(7));
        var traces = new List<Trace>();
        for (int i = 0; i < Count; i++)
        {
            traces.Add(generator.Generate((ulong)i));
            if (keep && i % 10 == 0)
            {
                generator.Keep(traces[^1]);
            }
        }

        return traces;
    }
}
