// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;
using Dmadiff.Cli.Litmus;
using Dmadiff.KernelHarness.Litmus;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Docs;

/// <summary>The tables of the page about litmus tests are what the tests expect.</summary>
public sealed partial class LitmusPageTests
{
    [Fact]
    public void Each_test_is_in_a_table_with_the_answer_that_is_expected() =>
        DocPage.Get("docs/litmus.md").Lines
            .Select(line => Row().Match(line)).Where(match => match.Success)
            .Select(m => (m.Groups["name"].Value, m.Groups["answer"].Value))
            .ShouldBe(
                PostedTests.All.Concat(MainlineTests.All).Select(test => (
                    test.Name,
                    test.Expected == LitmusVerdict.Never ? "forbidden" : "allowed")),
                ignoreOrder: true);

    [GeneratedRegex(
        @"^\| `(?<name>[^`]+)` \|.*\| (?<answer>\w+) \|$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();
}
