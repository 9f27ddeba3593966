// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness.Native;
using Dmadiff.Tests.RealKernels;
using Dmadiff.Tests.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Contract;

/// <summary>What C9 must not take for a breach: a released kernel keeps strict mode.</summary>
[Collection(nameof(KernelsCollection))]
public sealed class AddressGivenOutAgainTests(Kernels kernels)
{
    private static string File => Corpus.Files.Single(
        file => Path.GetFileName(file) == "iommu-given-out-again.trace");

    [Theory]
    [InlineData(Kernels.Old)]
    [InlineData(Kernels.New)]
    public void A_reused_or_refused_address_is_no_breach_of_strict_mode(string name)
    {
        using var engine = new NativeEngine(kernels[name].Build);
        string text = System.IO.File.ReadAllText(File);
        Judged.Findings(engine, text).ShouldBeEmpty();
        var trace = TraceLowering.Lower(TraceParser.Parse(text));
        var run = new EngineRun(engine);
        run.Execute(trace);
        ExpectationJudge.Judge(trace, run).ShouldBeEmpty();
    }
}
