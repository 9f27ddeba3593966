// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Commands;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.Style;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.EndToEnd;

/// <summary>dmadiff selftest, its canary, and seeds that are commits.</summary>
[Collection(nameof(CommandCollection))]
public sealed class SelftestCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private Command Dmadiff => new() { Folder = _folder.Root };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Mistakes_in_a_function_are_found_and_counted_the_same_every_time()
    {
        string[] command =
        [
            "selftest", "--file", "swiotlb.c", "--function", "swiotlb_align_offset", "--ops",
            "20000",
        ];
        Outcome outcome = Dmadiff.Run(command);
        outcome.Errors.ShouldBeEmpty();
        string[] lines = outcome.Output.Split('\n');
        lines.ShouldContain(l => l.StartsWith("  found ") && l.EndsWith(" %"));
        lines.ShouldContain(l => l.StartsWith("  comparison") || l.StartsWith("  mask"));
        lines.ShouldAllBe(l => l.Length <= 75);
        WithoutTimes(Dmadiff.Run(command).Output).ShouldBe(WithoutTimes(outcome.Output));
    }

    [Fact]
    public void The_canary_is_found_and_sequences_repeat_themselves()
    {
        Outcome outcome = Dmadiff.Run("selftest", "--canary");
        outcome.Exit.ShouldBe(0, outcome.Output + outcome.Errors);
        outcome.Output.ShouldContain("without the bounce at __swiotlb_tbl_unmap_single:");
        outcome.Output.ShouldContain(": found\n");
        outcome.Output.ShouldEndWith("run twice on 2 machines: every byte the same\n");
    }

    [Fact]
    public void A_bug_that_nothing_can_show_makes_the_canary_fail()
    {
        // The only sequence that runs within one operation maps nothing.
        Outcome outcome = Dmadiff.Run("selftest", "--canary", "--ops", "1");
        outcome.Exit.ShouldBe(1);
        outcome.Output.ShouldContain("NOT FOUND");
    }

    [Theory]
    [InlineData("0", 0UL)]
    [InlineData("1234567", 1234567UL)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    [InlineData("283e3ce", 0x283e3ceUL)]
    [InlineData("283E3CE03fb4", 0x283e3ceUL)]
    [InlineData("283e3ce03fb40123456789abcdef0123456789ab", 0x283e3ceUL)]
    [InlineData("1234567890123456789012345678901234567890", 0x1234567UL)]
    [InlineData("283e3c", null)]
    [InlineData("283e3ce03fb40123456789abcdef0123456789abc", null)]
    [InlineData("v6.12", null)]
    [InlineData("-1", null)]
    public void A_seed_is_a_number_or_the_hash_of_a_commit(string text, ulong? seed) =>
        SeedOption.Of(text).ShouldBe(seed);

    [Fact]
    public void A_commit_as_seed_gives_the_sequences_of_its_number()
    {
        string[] fuzz = ["fuzz", "--on", "debian/6.12", "--ops", "500", "--seed"];
        Outcome commit = Dmadiff.Run([.. fuzz, "283e3ce03fb4"]);
        commit.Output.ShouldStartWith("seed 42197966; ");
        Dmadiff.Run([.. fuzz, "42197966"]).Output.ShouldBe(commit.Output);
        Dmadiff.Run([.. fuzz, "HEAD"]).ShouldBeRefused(
            "dmadiff: --seed HEAD: neither a number nor the hash of a commit (7 to 40 digits)",
            "dmadiff: see dmadiff --help");
    }

    private static IEnumerable<string> WithoutTimes(string output) =>
        output.Split('\n').Where(l => !l.Contains("seconds to find"));
}
