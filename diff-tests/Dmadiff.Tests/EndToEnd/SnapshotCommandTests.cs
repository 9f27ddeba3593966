// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.EndToEnd;

/// <summary>dmadiff snapshot, on a tree of the user's own with a bug on top.</summary>
[Collection(nameof(CommandCollection))]
public sealed class SnapshotCommandTests(Kernels kernels) : IDisposable
{
    private const string Trace = """
        # One mapping
        dmadiff-trace 1
        machine memory=1G cpus=1
        cmdline swiotlb=force
        device d0 dma_mask=32
        buffer b0 size=4K
        map m0 d0 b0+0 1 to_device
        unmap m0

        """;

    private static readonly SourceEdit Leak =
        new("swiotlb_release_slots", @"used -= nslots", "used -= nslots - 1");

    private readonly TemporaryFolder _folder = new();

    private Command Dmadiff => new() { Folder = _folder.Root };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_change_is_shown_with_its_cause_until_it_is_accepted()
    {
        UserTree tree = UserTree.Create(_folder, "linux", kernels[Kernels.New], Leak);
        string before = tree.Fingerprint();
        _folder.Write("mine/one.trace", Trace);
        string[] snapshot = ["snapshot", "--tree", "linux", "--corpus", "mine"];
        string[] release = [.. snapshot, "--rev", "main~1"];
        string[] branch = [.. snapshot, "--rev", "main"];

        Outcome first = Dmadiff.Run(release);
        first.Exit.ShouldBe(1, first.Errors);
        first.Output.ShouldBe(
            "one has no stored snapshot\n\nmain~1: 1 snapshot: 1 not stored; --accept takes them\n");
        Dmadiff.Run([.. release, "--accept"]).ShouldBe(
            new Outcome(0, "main~1: 1 snapshot: 1 new: accepted\n", string.Empty));
        Dmadiff.Run(release).ShouldBe(
            new Outcome(0, "main~1: 1 snapshot, all as stored\n", string.Empty));
        File.Exists(_folder["dmadiff-snapshots/one.received.txt"]).ShouldBeFalse();

        Outcome changed = Dmadiff.Run(branch);
        changed.Exit.ShouldBe(1, changed.Errors);
        Verifier.Verify(changed.Output);
        File.Exists(_folder["dmadiff-snapshots/one.received.txt"]).ShouldBeTrue();

        Dmadiff.Run([.. branch, "--accept"]).Exit.ShouldBe(0);
        Dmadiff.Run(branch).Exit.ShouldBe(0);
        tree.Fingerprint().ShouldBe(before);
    }

    [Fact]
    public void A_snapshot_without_a_trace_is_a_finding()
    {
        _folder.Write("mine/one.trace", Trace);
        string[] snapshot = ["snapshot", "--rev", Kernels.New, "--corpus", "mine", "--out", "kept"];
        Dmadiff.Run([.. snapshot, "--accept"]).Exit.ShouldBe(0);
        _folder.Write("kept/gone.verified.txt", "# Gone\n");
        Outcome stale = Dmadiff.Run(snapshot);
        stale.Exit.ShouldBe(1);
        stale.Output.ShouldContain("gone is stored, but there is no such trace\n");
        stale.Output.ShouldEndWith("debian/6.12: 2 snapshots: 1 without a trace; --accept takes them\n");
        Dmadiff.Run([.. snapshot, "--accept"]).Exit.ShouldBe(0);
        File.Exists(_folder["kept/gone.verified.txt"]).ShouldBeFalse();
    }

    [Fact]
    public void Nothing_is_begun_inside_a_kernel_tree_unasked()
    {
        UserTree.Create(_folder, "linux", kernels[Kernels.New], Leak);
        _folder.Write("mine/one.trace", Trace);
        var inside = new Command { Folder = _folder["linux"] };
        string[] snapshot = ["snapshot", "--tree", ".", "--rev", "main", "--corpus", "../mine"];
        inside.Run(snapshot).ShouldBeRefused(
            "dmadiff: dmadiff-snapshots would be made inside the tree .; if that is meant, say "
            + "--out dmadiff-snapshots, otherwise name another folder");
        Directory.Exists(_folder["linux/dmadiff-snapshots"]).ShouldBeFalse();

        inside.Run([.. snapshot, "--out", "dmadiff-snapshots", "--accept"]).Exit.ShouldBe(0);
        inside.Run(snapshot).Exit.ShouldBe(0);
    }

    [Theory]
    [InlineData("dmadiff: Option '--rev' is required.", "snapshot")]
    [InlineData(
        "dmadiff: --format takes text, json, junit, ktap, sarif, md or html, not xml",
        "snapshot", "--rev", "debian/6.12", "--format", "xml")]
    [InlineData("dmadiff: REV1 and REV2 are both v1", "diff", "v1", "v1")]
    [InlineData("dmadiff: Required argument 'REV2' missing for command: 'diff'.", "diff", "v1")]
    public void A_command_line_that_makes_no_sense_is_refused(
        string message, params string[] arguments) =>
        Dmadiff.Run(arguments).ShouldBeRefused(message, "dmadiff: see dmadiff --help");

    [Fact]
    public void A_corpus_that_is_none_is_refused()
    {
        Dmadiff.Run("snapshot", "--rev", Kernels.New, "--corpus", "nowhere")
            .ShouldBeRefused("dmadiff: nowhere: no such folder");
        Directory.CreateDirectory(_folder["empty"]);
        Dmadiff.Run("snapshot", "--rev", Kernels.New, "--corpus", "empty")
            .ShouldBeRefused("dmadiff: empty: there are no traces in it (*.trace)");
    }
}
