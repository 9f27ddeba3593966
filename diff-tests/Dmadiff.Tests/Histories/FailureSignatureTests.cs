// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract;
using Dmadiff.Diff.Histories;
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Histories;

public class FailureSignatureTests
{
    [Theory]
    [InlineData("contract C6 unmap", "")]
    [InlineData("contract C7 sync_for_cpu swiotlb_bounce", "swiotlb_bounce")]
    [InlineData("crash SIGSEGV swiotlb_bounce", "swiotlb_bounce")]
    [InlineData("crash hang swiotlb_do_find_slots", "swiotlb_do_find_slots")]
    [InlineData("expect 2 default used=0", "")]
    [InlineData("behaviour sync_for_cpu data ok/ok", "")]
    [InlineData("port unmap accounting ok/ok", "")]
    public void It_is_read_as_it_is_written(string text, string function)
    {
        var signature = FailureSignature.Parse(text);
        signature.ShouldNotBeNull();
        signature.ToString().ShouldBe(text);
        signature.Function.ShouldBe(function);
    }

    [Theory]
    [InlineData("")]
    [InlineData("contract C6")]
    [InlineData("Contract C6 unmap")]
    [InlineData("0 C6 unmap")]
    [InlineData("oops C6 unmap")]
    public void What_is_no_signature_is_not_read(string text) =>
        FailureSignature.Parse(text).ShouldBeNull();

    [Fact]
    public void Of_a_crash_the_address_does_not_count()
    {
        var one = new CrashReport(
            AbiCrashKind.Signal, 1, "swiotlb_bounce kernel/dma/swiotlb.c:870", "SIGSEGV at NULL+0x38");
        var other = new CrashReport(
            AbiCrashKind.Signal, 4, "swiotlb_bounce kernel/dma/swiotlb.c:811", "SIGSEGV at NULL");
        FailureSignature.Of(one).ShouldBe(FailureSignature.Of(other));
        FailureSignature.Of(one).ToString().ShouldBe("crash SIGSEGV swiotlb_bounce");
        FailureSignature.Of(one with { Where = "other a.c:1" })
            .ShouldNotBe(FailureSignature.Of(one));
        FailureSignature.Of(one with { Kind = AbiCrashKind.Bug, What = "BUG" }).ToString()
            .ShouldBe("crash bug swiotlb_bounce");
    }

    [Fact]
    public void Of_a_complaint_the_one_who_complains_counts()
    {
        var finding = new ContractFinding(
            new ContractSignature(ContractRuleId.NoComplaint, "sync_for_cpu"),
            AtBoot: false, 1, "sync_for_cpu m0+0 1", "no complaint",
            "\"W swiotlb_bounce: device: text\"", IsAdded: false, IsCrash: false);
        FailureSignature.Of(finding).ToString()
            .ShouldBe("contract C7 sync_for_cpu swiotlb_bounce");
        FailureSignature.Of(finding with { Actual = "\"E text\"" }).ToString()
            .ShouldBe("contract C7 sync_for_cpu");
        FailureSignature.Of(finding with
        {
            Signature = new ContractSignature(ContractRuleId.NoComplaint, "boot machine"),
        }).ToString().ShouldBe("contract C7 boot-machine swiotlb_bounce");
    }

    [Fact]
    public void A_trace_carries_one_finding_and_keeps_its_other_comments()
    {
        var signature = FailureSignature.Parse("contract C6 unmap")!;
        var trace = new Trace { Comments = ["a headline", "finding: crash BUG f"] };
        var labelled = signature.Label(trace);
        labelled.Comments.ShouldBe(["a headline", "finding: contract C6 unmap"]);
        FailureSignature.In(labelled).ShouldBe(signature);
        FailureSignature.In(TraceParser.Parse(TracePrinter.Print(labelled))).ShouldBe(signature);
        FailureSignature.In(new Trace { Comments = ["finding: what?"] }).ShouldBeNull();
    }
}
