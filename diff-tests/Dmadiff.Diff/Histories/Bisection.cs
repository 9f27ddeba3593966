// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Histories;

/// <summary>A history, as the one who keeps it tells of it.</summary>
public interface ICommitGraph
{
    /// <summary>The commits that may be the first bad one, those first that split the rest
    /// most evenly.</summary>
    IReadOnlyList<string> Candidates(string bad, IReadOnlyCollection<string> good);

    /// <summary>The newest commit that counts of those that lead to a bad one: nothing after
    /// it matters. Null when none counts.</summary>
    string? Newest(string bad, IReadOnlyCollection<string> good);

    /// <summary>Where the histories of two commits part; the good one itself when it leads to
    /// the bad one.</summary>
    IReadOnlyList<string> MergeBases(string bad, string good);
}

/// <summary>A commit that was tested.</summary>
/// <param name="Commit">Its id.</param>
/// <param name="Answer">What it is.</param>
public sealed record Tested(string Commit, Answer Answer);

/// <summary>
/// The search for the first bad commit, as git does it: the graph chooses the points, those
/// that cannot be tested are skipped, and the merge bases of ends that are no ancestors of
/// each other come first.
/// </summary>
public sealed class Bisection
{
    private readonly ICommitGraph _graph;
    private readonly List<string> _good;
    private readonly HashSet<string> _skipped = new(StringComparer.Ordinal);
    private readonly Queue<string> _bases = new();
    private readonly List<Tested> _tested = [];
    private IReadOnlyList<string> _candidates = [];
    private string _bad;

    /// <summary>Begins between two ends that were tested.</summary>
    /// <param name="graph">The history.</param>
    /// <param name="good">Id of the good end.</param>
    /// <param name="bad">Id of the bad end.</param>
    public Bisection(ICommitGraph graph, string good, string bad)
    {
        _graph = graph;
        _good = [good];
        _bad = bad;
        foreach (var mergeBase in graph.MergeBases(bad, good).Where(b => b != good))
        {
            _bases.Enqueue(mergeBase);
        }

        if (_bases.Count > 0)
        {
            Next = _bases.Peek();
        }
        else
        {
            Advance();
        }
    }

    /// <summary>The commit to test next; null when there is none.</summary>
    public string? Next { get; private set; }

    /// <summary>The first bad commit, with those that could not be tested and may be it; the
    /// newest first. Empty as long as it is not known.</summary>
    public IReadOnlyList<string> FirstBad { get; private set; } = [];

    /// <summary>A merge base that is bad, so that the good end is one where it was fixed; null
    /// when there is none.</summary>
    public string? BadBase { get; private set; }

    /// <summary>The newest commit that is known to be bad.</summary>
    public string Bad => _bad;

    /// <summary>The commits that are known to be good.</summary>
    public IReadOnlyList<string> Good => _good;

    /// <summary>What was tested between the ends, in order.</summary>
    public IReadOnlyList<Tested> Tested => _tested;

    /// <summary>How many commits may still be the first bad one.</summary>
    public int Left => _candidates.Count;

    /// <summary>Whether it would be of use to know what a commit is.</summary>
    public bool Wants(string commit) => Next is not null
        && (commit == Next || (_bases.Count == 0 && _candidates.Contains(commit)))
        && commit != _bad && !_skipped.Contains(commit);

    /// <summary>Takes in what a commit is.</summary>
    /// <param name="commit">One that is wanted.</param>
    /// <param name="answer">What it is.</param>
    public void Mark(string commit, Answer answer)
    {
        _tested.Add(new Tested(commit, answer));
        var isBase = _bases.Count > 0;
        switch (answer.Verdict)
        {
            case Verdict.Good:
                _good.Add(commit);
                break;
            case Verdict.Bad when isBase:
                BadBase = commit;
                Next = null;
                return;
            case Verdict.Bad:
                _bad = commit;
                break;
            default:
                _skipped.Add(commit);
                break;
        }

        if (isBase)
        {
            _bases.Dequeue();
        }

        if (_bases.Count > 0)
        {
            Next = _bases.Peek();
        }
        else
        {
            Advance();
        }
    }

    /// <summary>Asks the graph again: what counts in it may have grown.</summary>
    public void Advance()
    {
        if (_bases.Count > 0 || BadBase is not null)
        {
            return;
        }

        _candidates = _graph.Candidates(_bad, _good);
        if (!_candidates.Contains(_bad) && _graph.Newest(_bad, _good) is { } newest)
        {
            // Nothing that counts has changed from there to the bad commit.
            _bad = newest;
            _candidates = _graph.Candidates(_bad, _good);
        }

        if (_candidates.Count == 0)
        {
            throw new InvalidOperationException(
                $"{_bad} and {string.Join(", ", _good)} are built from the same files, but "
                + "come to different outcomes");
        }

        var open = _candidates.Where(c => !_skipped.Contains(c)).ToList();
        Next = Choose(open);
        FirstBad = Next is null
            ? [_bad, .. _candidates.Where(c => c != _bad)]
            : [];
    }

    // git's way around stretches that cannot be tested: from the best candidate away, by a
    // number that depends on how many there are and nothing else.
    private string? Choose(List<string> open)
    {
        var best = open.FirstOrDefault(c => c != _bad);
        if (best is null)
        {
            return null;
        }

        if (!_skipped.Contains(_candidates[0]))
        {
            return open[0] == _bad ? best : open[0];
        }

        const int modulo = 32768;
        var random = unchecked((uint)open.Count * 1103515245 + 12345) / 65536 % modulo;
        var index = (int)(open.Count * (long)random / modulo
            * (long)Math.Sqrt(random) / (long)Math.Sqrt(modulo));
        return open[index] == _bad ? (index > 0 ? open[index - 1] : best) : open[index];
    }
}
