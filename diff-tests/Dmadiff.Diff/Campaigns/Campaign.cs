// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract;
using Dmadiff.Diff.Coverage;
using Dmadiff.Diff.Differences;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Shrinking;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Campaigns;

/// <summary>
/// Runs many sequences and gathers what comes of them: each kind of finding once, with the
/// first sequence that showed it made small, and the rest counted.
/// </summary>
public sealed class Campaign
{
    /// <summary>How often a shrink may run its trace.</summary>
    private const int ShrinkRuns = 600;

    /// <summary>The same for an endless loop, of which every run takes a good while.</summary>
    private const int HangShrinkRuns = 40;

    private readonly Contest _contest;
    private readonly Dictionary<(int, DivergenceSignature), Disagreement> _disagreements = [];
    private readonly Dictionary<(int, string), KernelCrash> _crashes = [];
    private readonly List<BrokenExpectation> _expectations = [];
    private readonly Dictionary<(string, EngineCapabilities), int> _leftOut = [];
    private readonly ContractCollector _contract = new(ShrinkRuns);
    private readonly DifferenceCollector?[] _collectors;

    /// <summary>Starts with nothing found.</summary>
    /// <param name="contest">Who runs; stays the caller's to dispose.</param>
    /// <param name="betweenKernelsOnly">Only differences between kernels are of interest, an
    /// endless loop of one of them included.</param>
    public Campaign(Contest contest, bool betweenKernelsOnly = false)
    {
        _contest = contest;
        BetweenKernelsOnly = betweenKernelsOnly;
        _collectors = new DifferenceCollector?[contest.LockStep.Comparisons.Count];
        for (var i = 0; i < _collectors.Length; i++)
        {
            var comparison = i;
            _collectors[i] = contest.IsExact(i)
                ? null
                : new DifferenceCollector(
                    trace => Compare(trace, comparison),
                    (trace, divergence) => contest.LockStep.Inspect(
                        TraceLowering.Lower(trace), comparison, divergence),
                    shrinkEach: 1,
                    mostRuns: ShrinkRuns,
                    catalogue: contest.CatalogueOf(i));
        }
    }

    /// <summary>Sequences run.</summary>
    public int Sequences { get; private set; }

    /// <summary>Operations that every engine was given, without boot steps.</summary>
    public long Operations { get; private set; }

    /// <summary>Where kernel and reference disagree, in the order found.</summary>
    public IReadOnlyCollection<Disagreement> Disagreements => _disagreements.Values;

    /// <summary>How kernels crash, in the order found.</summary>
    public IReadOnlyCollection<KernelCrash> Crashes => _crashes.Values;

    /// <summary>How kernels break the contract, in the order found.</summary>
    public IReadOnlyCollection<ContractBreach> Breaches => _contract.Breaches;

    /// <summary>Expect lines that do not hold.</summary>
    public IReadOnlyList<BrokenExpectation> BrokenExpectations => _expectations;

    /// <summary>How kernels differ from the first, one entry for each of the others.</summary>
    public IReadOnlyList<KernelDifferences> Differences
    {
        get
        {
            var comparisons = _contest.LockStep.Comparisons;
            return [.. _collectors.Index().Where(c => c.Item is not null).Select(c =>
                new KernelDifferences(
                    _contest.Engines[comparisons[c.Index].Left].Name,
                    _contest.Engines[comparisons[c.Index].Right].Name,
                    c.Item!.Groups))];
        }
    }

    /// <summary>Whether only differences between kernels are of interest.</summary>
    public bool BetweenKernelsOnly { get; }

    /// <summary>Engines that were not given sequences, as they lack what those need.</summary>
    public IEnumerable<LeftOut> LeftOut =>
        _leftOut.Select(l => new LeftOut(l.Key.Item1, l.Key.Item2, l.Value));

    /// <summary>Whether there is anything to report.</summary>
    public bool IsClean => _disagreements.Count == 0 && _crashes.Count == 0
        && Breaches.Count == 0 && _expectations.Count == 0
        && Differences.All(d => d.Groups.Count == 0);

    /// <summary>Adds up what the kernels' code runs; null to leave that.</summary>
    public ContestCoverage? Coverage { get; init; }

    /// <summary>Runs one sequence on all engines and takes in what it shows.</summary>
    /// <param name="origin">Where it comes from, for reports: a file, or seed and number.</param>
    /// <param name="trace">The sequence.</param>
    /// <exception cref="MachineException">This host cannot hold the machine.</exception>
    public void Run(string origin, Trace trace)
    {
        var report = _contest.LockStep.Run(TraceLowering.Lower(trace));
        Coverage?.Take(report);
        Sequences++;
        Operations += report.OpsRun;
        _expectations.AddRange(
            report.Failures.Select(failure => new BrokenExpectation(origin, failure)));
        NoteLeftOut(report);
        TakeReports(origin, trace, report);
        for (var i = 0; i < report.Crashes.Count; i++)
        {
            if (_contest.IsKernel(i) && report.Crashes[i] is { } crash)
            {
                TakeCrash(origin, trace, i, crash, report);
            }
        }

        if (!BetweenKernelsOnly)
        {
            JudgeByContract(origin, report);
        }

        for (var i = 0; i < report.Divergences.Count; i++)
        {
            if (report.Divergences[i] is not { } divergence)
            {
                continue;
            }

            if (_collectors[i] is { } collector)
            {
                // Against a machine that hangs a shrink would take minutes; the crash is
                // reported by itself anyway.
                if (!InvolvesHang(report, i))
                {
                    collector.Add(trace, divergence);
                }
                else if (BetweenKernelsOnly)
                {
                    TakeHang(collector, i, report, divergence);
                }
            }
            else if (divergence.Left.Status != AbiStatus.Crash
                || divergence.Right.Status == AbiStatus.Crash)
            {
                // A crash of the kernel alone is told as such, and not as a difference too.
                TakeDisagreement(origin, trace, i, divergence, InvolvesHang(report, i));
            }
        }
    }

    // The crash has a small trace by now, which is as good for the difference, unless the other
    // kernel hangs on that too.
    private void TakeHang(
        DifferenceCollector collector, int comparison, RunReport report, Divergence divergence)
    {
        var (left, right, _) = _contest.LockStep.Comparisons[comparison];
        var engine = report.Crashes[left]?.Kind == AbiCrashKind.Hang ? left : right;
        var crash = report.Crashes[engine]!;
        var small = _crashes.First(c => c.Key.Item1 == engine
            && c.Value.Crash.What == crash.What && c.Value.Crash.Where == crash.Where).Value.Trace;
        if (Compare(small, comparison) is { } shown && shown.Signature == divergence.Signature)
        {
            collector.Add(small, shown, shrink: false);
        }
        else
        {
            collector.Add(report.Trace.Trace, divergence, shrink: false);
        }
    }

    // All of them before the first shrink runs anything else.
    private void TakeReports(string origin, Trace trace, RunReport run)
    {
        var reports = _contest.Engines.Index()
            .Where(engine => engine.Item is IReportingEngine && run.WasRunBy(engine.Index))
            .SelectMany(engine => ((IReportingEngine)engine.Item).ReadReports()
                .Select(report => (engine.Index, report.Finding)))
            .ToList();
        foreach (var (engine, finding) in reports)
        {
            TakeCrash(origin, trace, engine, finding, run);
        }
    }

    private void NoteLeftOut(RunReport report)
    {
        for (var i = 0; i < report.Lacking.Count; i++)
        {
            if (!report.WasRunBy(i))
            {
                var key = (_contest.Engines[i].Name, report.Lacking[i]);
                _leftOut[key] = _leftOut.GetValueOrDefault(key) + 1;
            }
        }
    }

    private void JudgeByContract(string origin, RunReport report)
    {
        for (var i = 0; i < report.Crashes.Count; i++)
        {
            // An endless loop takes as long again, and is reported by itself.
            if (_contest.IsKernel(i) && report.WasRunBy(i)
                && report.Crashes[i]?.Kind != AbiCrashKind.Hang)
            {
                _contract.Run(_contest.Engines[i], origin, report.Trace);
            }
        }
    }

    private bool InvolvesHang(RunReport report, int comparison)
    {
        var (left, right, _) = _contest.LockStep.Comparisons[comparison];
        return report.Crashes[left]?.Kind == AbiCrashKind.Hang
            || report.Crashes[right]?.Kind == AbiCrashKind.Hang;
    }

    private void TakeDisagreement(
        string origin, Trace trace, int comparison, Divergence divergence, bool hangs)
    {
        var key = (comparison, divergence.Signature);
        if (_disagreements.TryGetValue(key, out var known))
        {
            _disagreements[key] = known with { Count = known.Count + 1 };
            return;
        }

        var shrinker = new Shrinker(
            candidate => Compare(candidate, comparison)?.Signature,
            hangs ? HangShrinkRuns : ShrinkRuns);
        var small = shrinker.Shrink(trace, divergence.Signature).Trace;
        var lowered = TraceLowering.Lower(small);
        var shown = _contest.LockStep.Compare(lowered, comparison) ?? divergence;
        _disagreements.Add(key, new Disagreement(
            origin,
            _contest.LockStep.Comparisons[comparison].Judge.Name,
            divergence.Signature,
            1,
            small,
            _contest.LockStep.Inspect(lowered, comparison, shown)));
    }

    private void TakeCrash(
        string origin, Trace trace, int engine, CrashReport crash, RunReport report)
    {
        var reference = _contest.ReferenceEngine(engine);
        var ofReference = reference is { } r ? report.Crashes[r] : null;
        var unlike = reference is { } other && ofReference is null && report.WasRunBy(other)
            && crash.Kind != AbiCrashKind.Sanitizer
            ? _contest.Engines[other].Name
            : null;
        var key = (engine, crash.What + crash.Where + unlike);
        if (_crashes.TryGetValue(key, out var known))
        {
            _crashes[key] = known with { Count = known.Count + 1 };
            return;
        }

        var kernel = new CrashShrinker(_contest.Engines[engine], crash);
        var small = crash.Kind == AbiCrashKind.Hang
            ? ShrinkHang(trace, kernel, engine, ofReference)
            : kernel.Shrink(trace, ShrinkRuns);
        _crashes.Add(key, new KernelCrash(
            origin,
            _contest.Engines[engine].Name,
            crash,
            1,
            kernel.OperationAtCrash(small),
            small,
            unlike));
    }

    // The reference knows an endless loop when it is in one, where the kernel has to be waited
    // for: it shrinks in the kernel's place, which then only has to confirm.
    private Trace ShrinkHang(
        Trace trace, CrashShrinker kernel, int engine, CrashReport? ofReference)
    {
        if (ofReference is { Kind: AbiCrashKind.Hang }
            && _contest.ReferenceEngine(engine) is { } reference)
        {
            var small = new CrashShrinker(_contest.Engines[reference], ofReference).Shrink(trace, ShrinkRuns);
            if (kernel.Crashes(small))
            {
                return small;
            }
        }

        return kernel.Shrink(trace, HangShrinkRuns);
    }

    private Divergence? Compare(Trace trace, int comparison) =>
        _contest.LockStep.Compare(TraceLowering.Lower(trace), comparison);
}
