// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Contract;
using Dmadiff.Diff.Reports;
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Contract;

public class ContractRendererTests
{
    [Fact]
    public void A_breach_tells_rule_step_expected_actual_and_trace_in_75_columns()
    {
        var finding = new ContractFinding(
            new ContractSignature(ContractRuleId.Alignment, "map"),
            AtBoot: false,
            Step: 1,
            "map m0 d0 b0+0x10 5000 to_device",
            "an address with the bits 0xfff of 0x1000e10, as the device has declared them",
            "0x3ff00610",
            IsAdded: false,
            IsCrash: false);
        var trace = TraceParser.Parse("dmadiff-trace 1\ncheck\n");

        var text = ContractRenderer.Render(
            new ContractBreach("sequence 3", "debian/6.1", finding, 3, trace));

        text.ShouldBe("""
            debian/6.1 breaks the contract, C2 alignment:
              at       map m0 d0 b0+0x10 5000 to_device
              expected an address with the bits 0xfff of 0x1000e10, as the device has
                       declared them
              actual   0x3ff00610
              found by sequence 3, and 2 more

            """);
        text.Split('\n').ShouldAllBe(line => line.Length <= 75);
    }
}
