// SPDX-License-Identifier: GPL-2.0-only
using System.Text.Json;
using Dmadiff.KernelHarness;
using Dmadiff.Tests.EndToEnd;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Validation;

/// <summary>The command, run as b4 and NIPA run it: in a tree with three patches, of which the
/// second changes what it says it does not, and the third crashes.</summary>
[Collection(nameof(CommandCollection))]
public sealed class CheckProtocolTests : IDisposable
{
    private static readonly SourceEdit Same =
        new("swiotlb_release_slots", @"used -= nslots", "used -= (nslots)");

    private static readonly SourceEdit Smaller =
        new("swiotlb_max_mapping_size", @"\bIO_TLB_SEGSIZE\b", "(IO_TLB_SEGSIZE / 2)");

    private static readonly SourceEdit Crash =
        new("swiotlb_bounce", @"if \(orig_addr ==", "*(volatile int *)0 = 1; $0");

    private readonly TemporaryFolder _folder = new();
    private readonly IReadOnlyList<string> _ids;

    public CheckProtocolTests(Kernels kernels)
    {
        using (var series = new MadeSeries(_folder, "tree.git", kernels[Kernels.Old].Tree))
        {
            _ids = series
                .Edit("swiotlb: parentheses\n\nNo functional change.\n", Same)
                .Edit("swiotlb: promise less\n\nNo functional change.\n", Smaller)
                .Edit("swiotlb: follow NULL\n", Crash)
                .Finish();
        }

        _folder.Git("tree.git", "symbolic-ref", "HEAD", "refs/heads/topic");
    }

    private Command Dmadiff => new() { Folder = _folder["tree.git"] };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_patch_of_b4_passes_silently_warns_or_fails_line_by_line()
    {
        string before = Fingerprint();
        Outcome same = Patch(1, "1/3");
        (same.Exit, same.Output).ShouldBe((0, string.Empty), same.Errors);
        Outcome claims = Patch(2, "2/3");
        claims.Output.ShouldStartWith(
            "WARNING: dmadiff: patch 1 says \"No functional change\", but ");
        claims.Output.ShouldNotContain("ERROR:");
        claims.Exit.ShouldBe(1);
        string[] lines = Patch(3, "3/3").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.ShouldAllBe(l => l.StartsWith("ERROR: dmadiff: patch 1 "));
        lines.ShouldContain(l => l.Contains("SIGSEGV at NULL"));
        Fingerprint().ShouldBe(before, "the tree is only read");
    }

    [Fact]
    public void A_patch_that_cannot_be_tested_warns()
    {
        Outcome garbage = Dmadiff.RunWith("no patch\n", "validate", "--b4-patch");
        (garbage.Exit, garbage.Output).ShouldBe((0,
            "WARNING: dmadiff: not tested: standard input: no patch in it, only 1 other mail\n"));
        string third = Mail(3, "3/3");
        _folder.Git("tree.git", "symbolic-ref", "HEAD", "refs/heads/base");
        Outcome early = Dmadiff.RunWith(
            third.Replace("volatile int *)0", "volatile long *)0").Replace("_addr", "_adr"),
            "validate",
            "--b4-patch");
        early.Exit.ShouldBe(0);
        early.Output.ShouldStartWith("WARNING: dmadiff: not tested: -: applies to none of HEAD; ");
        early.Output.Count(c => c == '\n').ShouldBe(1);
    }

    [Fact]
    public void A_series_of_b4_review_is_told_in_json()
    {
        JsonElement fail = OneOf(Dmadiff.Run("validate", "--b4-series", "--ops", "500", "base..HEAD"));
        fail.GetProperty("tool").GetString().ShouldBe("dmadiff");
        fail.GetProperty("status").GetString().ShouldBe("fail");
        fail.GetProperty("summary").GetString()!.ShouldEndWith("patch 3 is broken");
        fail.GetProperty("details").GetString()!.ShouldContain("patch 3 crashes: SIGSEGV at NULL");
        fail.GetProperty("url").GetString().ShouldBe(string.Empty);

        // As b4 has it checked out: the patches, and a commit of its own on top.
        string own = _folder.Git(
            "tree.git", "commit-tree", _ids[1] + "^{tree}", "-p", _ids[1], "-m", "b4's own");
        _folder.Git("tree.git", "update-ref", "refs/heads/b4/review/20260101-pool", own);
        string file = _folder.Write(
            "tracking.json",
            "{\"series\": {\"first-patch-commit\": \"" + _ids[1]
                + "\", \"change-id\": \"20260101-pool\"}}");
        JsonElement pass = OneOf(
            Dmadiff.Shell($"B4_TRACKING_FILE={file} dmadiff validate --b4-series --ops 500"));
        pass.GetProperty("status").GetString().ShouldBe("pass");
        pass.GetProperty("summary").GetString()!.ShouldStartWith("1 patch on ");
        JsonElement none = OneOf(Dmadiff.Run("validate", "--b4-series"));
        none.GetProperty("status").GetString().ShouldBe("warn");
        none.GetProperty("summary").GetString()!.ShouldStartWith("not tested: ");
    }

    [Theory]
    [InlineData("", 1, ": patch 1 is broken")]
    [InlineData("HEAD~3..HEAD~2", 0, ": nothing to report")]
    [InlineData("HEAD~2..HEAD~1", 250, "patch 1")]
    [InlineData("HEAD..HEAD", 250, "not tested: HEAD..HEAD: no commits in it")]
    public void Nipa_reads_the_exit_status_and_one_line(string range, int exit, string line)
    {
        string file = _folder["desc"];
        Outcome run = Dmadiff.Shell(
            $"exec 7>'{file}'; DESC_FD=7 dmadiff validate --nipa --ops 500 {range}");
        run.Exit.ShouldBe(exit, run.Errors);
        string description = File.ReadAllText(file);
        description.ShouldContain(line);
        description.Count(c => c == '\n').ShouldBe(1);
        run.Output.ShouldStartWith(description.TrimEnd('\n'));
    }

    [Fact]
    public void They_exclude_each_other_and_people_have_to_name_a_series()
    {
        Outcome both = Dmadiff.Run("validate", "--nipa", "--b4-patch");
        both.ShouldBeRefused(
            "dmadiff: --b4-patch and --nipa exclude each other", "dmadiff: see dmadiff --help");
        Dmadiff.Run("validate").Errors.ShouldStartWith("dmadiff: which SERIES? ");
    }

    private static JsonElement OneOf(Outcome run)
    {
        JsonElement list = JsonDocument.Parse(run.Output).RootElement;
        list.GetArrayLength().ShouldBe(1);
        return list[0];
    }

    private Outcome Patch(int number, string mark) =>
        Dmadiff.RunWith(Mail(number, mark), "validate", "--b4-patch", "--ops", "500");

    private string Mail(int number, string mark)
    {
        string name = $"{number}.patch";
        _folder.Git(
            "tree.git",
            "format-patch",
            "-1",
            $"--output={_folder[name]}",
            $"--subject-prefix=PATCH {mark}",
            _ids[number]);
        return File.ReadAllText(_folder[name]);
    }

    private string Fingerprint() => string.Join('\n', Directory
        .GetFiles(_folder["tree.git"], "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(f => $"{f} {ContentHash.OfFile(f)}"));
}
