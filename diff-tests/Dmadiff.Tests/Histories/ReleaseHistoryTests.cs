// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Histories;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Histories;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Git;
using Dmadiff.Tests.EndToEnd;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Histories;

/// <summary>
/// A history of all the releases that are at hand, from 5.10 to 7.x, each a commit. Around
/// each are a side branch, its merge, and commits that touch nothing of interest.
/// </summary>
[Collection(nameof(KernelsCollection))]
public sealed class ReleaseHistoryTests : IDisposable
{
    private const string Oldest = "debian/5.10";
    private readonly TemporaryFolder _folder = new();
    private readonly ReleasedKernels _released = new();
    private readonly List<(Version Release, int Commit)> _releases = [];
    private IReadOnlyList<string> _ids = [];

    // 6.1 is the only generation in which a partial sync of a later slot copies nothing.
    private static string Defect => File.ReadAllText(Path.Combine(
        Style.SourceTree.Root, "docs", "traces", "contract", "second-slot.trace"));

    public void Dispose()
    {
        _released.Dispose();
        _folder.Dispose();
    }

    [ImportedKernelTheory(Oldest)]
    [InlineData("5.10", "6.1", "6.1")]
    public void A_defect_came_with_a_release(string good, string bad, string culprit)
    {
        Make();
        Bisect(Defect, Last(good), Last(bad)).FirstBad.ShouldBe([_ids[First(culprit)]]);
    }

    [ImportedKernelTheory(Oldest)]
    [InlineData("6.1", "6.12", "6.12")]
    public void And_went_with_another(string with, string without, string fix)
    {
        Make();
        using HistorySession session = Open(Defect);
        var ends = new RangeEnds(_ids[Last(with)], _ids[Last(without)], true);
        new BisectRun(session, ends).Find(CancellationToken.None)[0].Bisection.FirstBad
            .ShouldBe([_ids[First(fix)]]);
    }

    [ImportedKernelTheory(Oldest)]
    [InlineData("C4")]
    public void Its_whole_life_is_told(string rule)
    {
        Make();
        _folder.Write("defect.trace", Defect);

        EndToEnd.Outcome told = new Command { Folder = _folder.Root }.Run(
            "history", "defect.trace", "--tree", "made.git", $"{_ids[1]}..{_ids[^1]}");

        told.Exit.ShouldBe(0, told.Errors);
        string[] lines = told.Output.Split('\n');
        int came = Array.FindIndex(lines, l => l.Contains(_ids[First("6.1")][..12]));
        int went = Array.FindIndex(lines, l => l.Contains(_ids[First("6.12")][..12]));
        came.ShouldBeInRange(0, went - 1);

        // What came of it stands above the commit from which on it did.
        lines[came - 1].ShouldContain(rule);
        lines[..(came - 1)].Concat(lines[came..]).ShouldNotContain(l => l.Contains(rule));
    }

    [ImportedKernelTheory(Oldest)]
    [InlineData("5.10", "io_tlb_used -= nslots")]
    [InlineData("6.1", "area->used -= nslots")]
    [InlineData("6.12", "area->used -= nslots")]
    [InlineData("7", "area->used -= nslots")]
    public void A_planted_bug_is_found_on_any_generation(string series, string counts)
    {
        Version newest = _released.Versions.Last(v => IsOf(v.Release, series)).Release;
        KernelRevision kernel = _released.At(
            _released.Versions.Last(v => IsOf(v.Release, series)).Tag);
        string clean = Text(kernel);
        string leak = clean.Replace(counts, counts + " - 1");
        leak.ShouldNotBe(clean, newest.ToString());
        using (var h = new MadeHistory(_folder["made.git"], _released.Repository))
        {
            h.Commit("release", [], null, kernel);
            h.Commit("side", [1], Unit(clean + "/* side */\n"));
            h.Commit("does not compile", [1], Unit(clean + "#error not now\n"));
            h.Commit("still not", [3], Unit(clean + "#error nor now\n"));
            h.Commit("compiles", [4], Unit(clean + "/* again */\n"));
            h.Commit("leaks", [5], Unit(leak));
            h.Commit("Revert \"leaks\"", [6], Unit(clean));
            h.Commit("merge", [2, 7], Unit(clean + "/* side */\n"));
            h.Commit("elsewhere", [8], MadeKernels.Elsewhere(1));
            h.Commit("leaks again", [9], Unit(leak));
            h.Commit("renamed, and not built", [10], new Dictionary<string, string?>
            {
                ["kernel/dma/pool2.c"] = "int unused;\n",
            });
            h.Commit("note", [11], Unit(leak + "/* note */\n"));
            _ids = h.Finish(("main", 12));
        }

        Bisect(SyntheticRange.Trace, 8, 12).FirstBad.ShouldBe([_ids[10]]);
        Bisect(SyntheticRange.Trace, 1, 6).FirstBad.ShouldBe([_ids[6]]);
    }

    private void Make()
    {
        using var h = new MadeHistory(_folder["made.git"], _released.Repository);
        int last = 0;
        foreach ((Version release, string tag) in _released.Versions)
        {
            int commit = h.Commit($"{release}", last == 0 ? [] : [last], null, _released.At(tag));
            _releases.Add((release, commit));
            int elsewhere = h.Commit("elsewhere", [commit], MadeKernels.Elsewhere(commit));
            int side = h.Commit("side", [commit], new Dictionary<string, string?>
            {
                ["CREDITS"] = $"{commit}\n",
            });
            last = h.Commit("merge", [elsewhere, side], new Dictionary<string, string?>
            {
                ["CREDITS"] = $"{commit}\n",
            });
        }

        _ids = h.Finish(("main", last));
    }

    private int First(string series) => _releases.First(r => IsOf(r.Release, series)).Commit;

    // With what was merged after the release.
    private int Last(string series) => _releases.Last(r => IsOf(r.Release, series)).Commit + 3;

    private static bool IsOf(Version release, string series) =>
        $"{release}.".StartsWith(series + ".", StringComparison.Ordinal);

    private static string Text(KernelRevision kernel) =>
        System.Text.Encoding.UTF8.GetString(kernel.ReadFile(SourceEdit.Swiotlb)!);

    private static Dictionary<string, string?> Unit(string text) =>
        new(StringComparer.Ordinal) { [SourceEdit.Swiotlb] = text };

    private Bisection Bisect(string trace, int good, int bad)
    {
        using HistorySession session = Open(trace);
        var run = new BisectRun(session, new RangeEnds(_ids[good], _ids[bad], false));
        return run.Find(CancellationToken.None)[0].Bisection;
    }

    private HistorySession Open(string trace) => new(
        _folder["made.git"],
        [new TraceInQuestion("bug.trace", TraceParser.Parse(trace))],
        false,
        CacheDirectory.ForUser(),
        new Progress());
}
