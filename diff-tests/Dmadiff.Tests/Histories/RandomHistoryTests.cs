// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Histories;
using Dmadiff.KernelHarness.Git;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Histories;

/// <summary>
/// Histories of all shapes, in which some commit plants a bug: whatever descends from it has
/// it. Real git walks them; what a commit is, is looked up.
/// </summary>
[Collection(nameof(KernelsCollection))]
public sealed class RandomHistoryTests(Kernels kernels) : IDisposable
{
    private const string Unit = "kernel/unit.c";
    private const int Commits = 30;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void The_answer_is_right(int seed)
    {
        var shape = new Shape(seed, skips: false);
        Bisection bisection = Search(shape);
        bisection.FirstBad.ShouldBe([shape.Ids[shape.Culprit]]);
        bisection.Tested.Count.ShouldBeLessThan(8);
        bisection.Tested.ShouldAllBe(t => shape.Touches(t.Commit));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void With_untestable_stretches_the_answer_is_among_those_named(int seed)
    {
        var shape = new Shape(seed, skips: true);
        Bisection bisection = Search(shape);
        bisection.FirstBad.ShouldContain(shape.Ids[shape.Culprit]);

        // All others that are named could not be tested.
        bisection.FirstBad.Skip(1).ShouldAllBe(c => shape.IsSkipped(c));
        if (bisection.FirstBad.Count > 1)
        {
            bisection.FirstBad.Count(c => !shape.IsSkipped(c)).ShouldBe(1);
        }
    }

    private Bisection Search(Shape shape)
    {
        using (var history = new MadeHistory(_folder["made.git"], kernels[Kernels.New].Tree.Owner))
        {
            shape.Write(history);
        }

        var graph = new Graph(new GitHistory(_folder["made.git"], firstParent: false));
        var bisection = new Bisection(graph, shape.Ids[1], shape.Ids[Commits]);
        while (bisection.Next is { } next)
        {
            bisection.Mark(next, new Answer(shape.Judge(next), ""));
        }

        return bisection;
    }

    private sealed class Graph(GitHistory git) : ICommitGraph
    {
        public IReadOnlyList<string> Candidates(string bad, IReadOnlyCollection<string> good) =>
            git.Bisect(bad, good, [Unit], CancellationToken.None);

        public string? Newest(string bad, IReadOnlyCollection<string> good) =>
            git.Newest(bad, good, [Unit], CancellationToken.None);

        public IReadOnlyList<string> MergeBases(string bad, string good) =>
            git.MergeBases(bad, [good], CancellationToken.None);
    }

    /// <summary>Commits 1 to n; each but the first has one or two parents before it.</summary>
    private sealed class Shape
    {
        private readonly int[][] _parents = new int[Commits + 1][];
        private readonly bool[] _touches = new bool[Commits + 1];
        private readonly HashSet<int>[] _reached = new HashSet<int>[Commits + 1];
        private readonly HashSet<string> _skipped = [];
        private readonly bool _skips;
        private ulong _state;

        public Shape(int seed, bool skips)
        {
            _state = (ulong)seed;
            _skips = skips;
            _parents[1] = [];
            _reached[1] = [1];
            for (int i = 2; i <= Commits; i++)
            {
                int main = Math.Max(1, i - 1 - Below(4));
                int side = Math.Max(1, i - 1 - Below(9));
                _parents[i] = main == side || Below(3) > 0 ? [main] : [main, side];
                _touches[i] = _parents[i].Length == 1 && Below(3) > 0;
                _reached[i] = [i, .. _parents[i].SelectMany(p => _reached[p])];
            }

            // All loose ends lead to the last commit, and the culprit to it.
            int[] loose = [.. Enumerable.Range(1, Commits - 1)
                .Where(c => !_parents.Skip(2).Any(p => p.Contains(c)))];
            _parents[Commits] = loose;
            _touches[Commits] = false;
            _reached[Commits] = [.. Enumerable.Range(1, Commits)];
            int[] touching = [.. Enumerable.Range(2, Commits - 2).Where(c => _touches[c])];
            Culprit = touching[Below(touching.Length)];
        }

        public int Culprit { get; }

        public IReadOnlyList<string> Ids { get; private set; } = [];

        public void Write(MadeHistory history)
        {
            for (int i = 1; i <= Commits; i++)
            {
                history.Commit($"commit {i}", _parents[i], Files(i));
            }

            Ids = history.Finish(("main", Commits));
            for (int i = 2; i < Commits && _skips; i++)
            {
                if (i != Culprit && _touches[i] && Below(3) == 0)
                {
                    _skipped.Add(Ids[i]);
                }
            }
        }

        public bool Touches(string commit) =>
            _touches[Number(commit)] || _parents[Number(commit)].Length > 1;

        public bool IsSkipped(string commit) => _skipped.Contains(commit);

        public Verdict Judge(string commit) =>
            IsSkipped(commit) ? Verdict.Untestable
            : _reached[Number(commit)].Contains(Culprit) ? Verdict.Bad
            : Verdict.Good;

        private int Number(string commit) => Ids.ToList().IndexOf(commit);

        // One line for each commit that touches the file: a merge has those of all its parents.
        private Dictionary<string, string?> Files(int commit) => new(StringComparer.Ordinal)
        {
            ["README"] = $"{commit}\n",
            [Unit] = string.Concat(_reached[commit].Where(c => _touches[c]).Order()
                .Select(c => $"line {c}\n")) + "end\n",
        };

        private int Below(int limit)
        {
            _state = unchecked((_state * 6364136223846793005) + 1442695040888963407);
            return (int)((_state >> 33) % (ulong)limit);
        }
    }
}
