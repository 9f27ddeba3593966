// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Differences;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.Tests.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Judges;

public class CorpusOnPortTests
{
    [Fact]
    public void The_corpus_holds_on_both_revisions_and_every_difference_is_known()
    {
        using var older = new PortEngine(SwiotlbProfile.V6_1);
        using var newer = new PortEngine(SwiotlbProfile.V6_12);
        using var lockStep = LockStep.FirstWithOthers([older, newer], new BehaviourJudge());
        foreach (var file in Corpus.Files)
        {
            var report = lockStep.Run(TraceLowering.Lower(TraceParser.ParseFile(file)));

            report.Failures.Select(failure => failure.ToString()).ShouldBeEmpty(file);
            if (report.Divergence is { } divergence)
            {
                KnownDifferences.Find(new DifferenceContext(report.Trace, divergence))
                    .ShouldNotBeNull($"{file}: {divergence.Signature}");
            }
        }
    }
}
