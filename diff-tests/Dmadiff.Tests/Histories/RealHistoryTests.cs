// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Histories;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Histories;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Git;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Histories;

/// <summary>Bisections of a released kernel's sources with bugs planted on top of them.
/// </summary>
[Collection(nameof(KernelsCollection))]
public sealed class RealHistoryTests(Kernels kernels) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MadeKernels _made = new(kernels[Kernels.New].Tree);
    private IReadOnlyList<string> _ids = [];

    private string Repository => _folder["made.git"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_straight_line_with_all_sorts_in_between()
    {
        Make(
            h => h.Commit("base", [], null, _made.Tree),
            h => h.Commit("elsewhere", [1], MadeKernels.Elsewhere(1)),
            h => h.Commit("note", [2], MadeKernels.Noted(_made.Clean, 1)),
            h => h.Commit("does not compile", [3], _made.Broken),
            h => h.Commit("compiles again", [4], MadeKernels.Noted(_made.Clean, 2)),
            h => h.Commit("crashes", [5], _made.Crash),
            h => h.Commit("not any more", [6], _made.Clean),
            h => h.Commit("elsewhere", [7], MadeKernels.Elsewhere(2)),
            h => h.Commit("leaks", [8], _made.Leak),
            h => h.Commit("neighbour", [9], _made.Neighbour(1)),
            h => h.Commit("elsewhere", [10], MadeKernels.Elsewhere(3)));
        Bisection found = Bisect(1, 11);
        found.FirstBad.ShouldBe([_ids[9]]);
        found.Tested.ShouldNotContain(t => t.Commit == _ids[2] || t.Commit == _ids[11]);
    }

    [Fact]
    public void Untestable_commits_next_to_the_first_bad_one_are_named()
    {
        Make(
            h => h.Commit("base", [], null, _made.Tree),
            h => h.Commit("does not compile", [1], _made.Broken),
            h => h.Commit("leaks and crashes", [2], _made.LeakAndCrash),
            h => h.Commit("leaks", [3], _made.Leak),
            h => h.Commit("note", [4], MadeKernels.Noted(_made.Leak, 1)));
        Bisection found = Bisect(1, 5);
        found.FirstBad[0].ShouldBe(_ids[4]);
        found.FirstBad.Order().ShouldBe(new[] { _ids[2], _ids[3], _ids[4] }.Order());
        string[] reasons = [.. found.Tested
            .Where(t => t.Answer.Verdict == Verdict.Untestable).Select(t => t.Answer.Why)];
        reasons.ShouldContain("fails differently: crash SIGSEGV swiotlb_bounce");
        reasons.ShouldContain(r => r.Contains("'alloc_sze' undeclared"));
    }

    [Fact]
    public void Broken_fixed_and_broken_again()
    {
        Make(
            h => h.Commit("base", [], null, _made.Tree),
            h => h.Commit("leaks", [1], _made.Leak),
            h => h.Commit("Revert \"leaks\"", [2], _made.Clean),
            h => h.Commit("note", [3], MadeKernels.Noted(_made.Clean, 1)),
            h => h.Commit("leaks again", [4], _made.Leak),
            h => h.Commit("note", [5], MadeKernels.Noted(_made.Leak, 1)));
        Bisect(3, 6).FirstBad.ShouldBe([_ids[5]]);
        Bisect(1, 2).FirstBad.ShouldBe([_ids[2]]);

        // With both in the range either is right, and nothing else is.
        Bisect(1, 6).FirstBad.ShouldBeSubsetOf([_ids[2], _ids[5]]);
    }

    [Fact]
    public void A_branch_that_was_merged()
    {
        Make(
            h => h.Commit("base", [], null, _made.Tree),
            h => h.Commit("neighbour", [1], _made.Neighbour(1)),
            h => h.Commit("note", [1], MadeKernels.Noted(_made.Clean, 1)),
            h => h.Commit("leaks", [3], _made.Leak),
            h => h.Commit("merge", [2, 4], _made.Leak),
            h => h.Commit("elsewhere", [5], MadeKernels.Elsewhere(1)));
        Bisect(1, 6).FirstBad.ShouldBe([_ids[4]]);
        Bisect(1, 6, firstParent: true).FirstBad.ShouldBe([_ids[5]]);
    }

    [Fact]
    public void A_merge_that_is_itself_to_blame()
    {
        Make(
            h => h.Commit("base", [], null, _made.Tree),
            h => h.Commit("neighbour", [1], _made.Neighbour(1)),
            h => h.Commit("note", [1], MadeKernels.Noted(_made.Clean, 1)),
            h => h.Commit("evil merge", [2, 3], _made.Leak),
            h => h.Commit("note", [4], MadeKernels.Noted(_made.Leak, 1)));
        Bisect(1, 5).FirstBad.ShouldBe([_ids[4]]);
    }

    [Fact]
    public void A_file_that_was_away_for_a_while()
    {
        var gone = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            [SourceEdit.Swiotlb] = null,
            ["kernel/dma/bounce.c"] = _made.Clean[SourceEdit.Swiotlb],
        };
        var back = new Dictionary<string, string?>(_made.Leak, StringComparer.Ordinal)
        {
            ["kernel/dma/bounce.c"] = null,
        };
        Make(
            h => h.Commit("base", [], null, _made.Tree),
            h => h.Commit("rename", [1], gone),
            h => h.Commit("rename back, and leak", [2], back),
            h => h.Commit("note", [3], MadeKernels.Noted(_made.Leak, 1)));
        Bisection found = Bisect(1, 4);
        found.FirstBad.ShouldBe([_ids[3], _ids[2]]);
        found.Tested.ShouldContain(t => t.Answer.Why.Contains("has no kernel/dma/swiotlb.c"));
    }

    [Fact]
    public void Ends_on_different_branches()
    {
        Make(
            h => h.Commit("base", [], null, _made.Tree),
            h => h.Commit("leaks", [1], _made.Leak),
            h => h.Commit("neighbour", [1], _made.Neighbour(1)),
            h => h.Commit("fixed elsewhere", [2], MadeKernels.Noted(_made.Clean, 1)));
        Bisect(3, 2).FirstBad.ShouldBe([_ids[2]]);

        // Where they part it is bad: it was fixed, not broken.
        Make2(
            h => h.Commit("base", [], _made.Leak, _made.Tree),
            h => h.Commit("note", [1], MadeKernels.Noted(_made.Leak, 1)),
            h => h.Commit("fixed", [1], _made.Clean));
        Bisection none = Bisect(3, 2);
        none.FirstBad.ShouldBeEmpty();
        none.BadBase.ShouldBe(_ids[1]);
    }

    [Fact]
    public void Several_traces_share_one_pass()
    {
        Make(
            h => h.Commit("base", [], null, _made.Tree),
            h => h.Commit("promises less", [1], _made.Smaller),
            h => h.Commit("note", [2], MadeKernels.Noted(_made.Smaller, 1)),
            h => h.Commit("leaks", [3], _made.LeakAndSmaller),
            h => h.Commit("note", [4], MadeKernels.Noted(_made.LeakAndSmaller, 1)));
        const string promise = """
            # finding: behaviour max_mapping_size value ok/ok
            dmadiff-trace 1
            cmdline swiotlb=force
            device d0 dma_mask=32
            max_mapping_size d0
            """;
        using HistorySession session = Open(firstParent: false, SyntheticRange.Trace, promise);
        var run = new BisectRun(session, new RangeEnds(_ids[1], _ids[5], false));
        IReadOnlyList<BisectResult> results = run.Find(CancellationToken.None);
        results[0].Bisection.FirstBad.ShouldBe([_ids[4]]);
        results[1].Bisection.FirstBad.ShouldBe([_ids[2]]);
        run.Steps.ShouldBeLessThanOrEqualTo(5);
        session.Builds.ShouldBe(run.Steps);
    }

    [Fact]
    public void Two_releases_with_any_change()
    {
        KernelRevision older = kernels[Kernels.Old].Tree;
        Make(
            h => h.Commit("6.1", [], null, older),
            h => h.Commit("elsewhere", [1], MadeKernels.Elsewhere(1)),
            h => h.Commit("6.12", [2], null, _made.Tree),
            h => h.Commit("note", [3], MadeKernels.Noted(_made.Clean, 1)));
        string trace = File.ReadAllText(Path.Combine(
            Style.SourceTree.Root, "docs", "traces", "6.1-6.12", "sync-behind-offset.trace"));
        using HistorySession session = Open(firstParent: false, trace);
        var run = new BisectRun(session, new RangeEnds(_ids[1], _ids[4], true));
        run.Find(CancellationToken.None)[0].Bisection.FirstBad.ShouldBe([_ids[3]]);

        // As a failure, it is the fix that lies between.
        Should.Throw<UserErrorException>(() => new BisectRun(
            session, new RangeEnds(_ids[1], _ids[4], false)).Find(CancellationToken.None))
            .Message.ShouldContain("good and bad may be swapped");
    }

    [Fact]
    public void A_shallow_repository_is_searched_as_far_as_it_goes()
    {
        Make(
            h => h.Commit("beyond", [], null, _made.Tree),
            h => h.Commit("first that is there", [1], MadeKernels.Elsewhere(1)),
            h => h.Commit("leaks", [2], _made.Leak),
            h => h.Commit("note", [3], MadeKernels.Noted(_made.Leak, 1)));
        _folder.Write("made.git/shallow", _ids[2] + "\n");
        Bisect(2, 4).FirstBad.ShouldBe([_ids[3]]);
    }

    private void Make(params Action<MadeHistory>[] commits) => Write("made.git", commits);

    private void Make2(params Action<MadeHistory>[] commits)
    {
        Directory.Delete(Repository, recursive: true);
        Write("made.git", commits);
    }

    private void Write(string name, Action<MadeHistory>[] commits)
    {
        using var history = new MadeHistory(_folder[name], _made.Tree.Owner);
        foreach (Action<MadeHistory> commit in commits)
        {
            commit(history);
        }

        _ids = history.Finish(("main", commits.Length));
    }

    private Bisection Bisect(int good, int bad, bool firstParent = false)
    {
        using HistorySession session = Open(firstParent, SyntheticRange.Trace);
        var run = new BisectRun(session, new RangeEnds(_ids[good], _ids[bad], false));
        return run.Find(CancellationToken.None)[0].Bisection;
    }

    private HistorySession Open(bool firstParent, params string[] traces) => new(
        Repository,
        [
            .. traces.Select(t => TraceParser.Parse(t)).Select(t =>
                new TraceInQuestion("bug.trace", t) { Asked = FailureSignature.In(t) }),
        ],
        firstParent,
        CacheDirectory.ForUser(),
        new Progress());
}
