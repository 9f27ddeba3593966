// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Campaigns;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Shrinking;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Coverage;

/// <summary>How much of their code the kernels of a contest have run.</summary>
/// <param name="contest">Kernels that count branches; stays the caller's to dispose.</param>
public sealed class ContestCoverage(Contest contest)
{
    private const int ShrinkRuns = 300;

    // Stands for "takes them": the shrinker only asks whether that is still so.
    private static readonly DivergenceSignature Same =
        new("coverage", FieldGroup.Status, AbiStatus.Ok, AbiStatus.Ok);

    private readonly (int Engine, CoverageTally Tally)[] _tallies =
    [
        .. contest.Engines.Index().Where(e => contest.IsKernel(e.Index))
            .Select(e => (e.Index, new CoverageTally())),
    ];

    /// <summary>What was new in the last trace, kernel by kernel.</summary>
    public IReadOnlyList<CoverageGain> Gains { get; private set; } = [];

    /// <summary>What came of it: the kernel's name and its report.</summary>
    public IEnumerable<(string Kernel, CoverageReport Report)> Reports => _tallies.Select(
        t => (contest.Engines[t.Engine].Name, t.Tally.Report));

    /// <summary>Takes in the trace that was run last, before anything else is run.</summary>
    public void Take(RunReport report) => Gains =
    [
        .. _tallies.Select(t =>
            report.WasRunBy(t.Engine) && contest.Engines[t.Engine] is ICoveredEngine engine
                ? t.Tally.Add(engine)
                : new CoverageGain([], IsMore: false)),
    ];

    /// <summary>Makes a trace smaller that still takes all edges that some gains have.
    /// </summary>
    /// <param name="trace">One that takes them.</param>
    /// <param name="gains">As <see cref="Gains"/> told them.</param>
    public Trace Minimise(Trace trace, IReadOnlyList<CoverageGain> gains) =>
        new Shrinker(candidate => Reaches(candidate, gains) ? Same : null, ShrinkRuns)
            .Shrink(trace, Same).Trace;

    /// <summary>Whether a trace takes all edges that some gains have. Runs it.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="gains">As <see cref="Gains"/> told them.</param>
    /// <exception cref="MachineException">This host cannot hold the machine.</exception>
    public bool Reaches(Trace trace, IReadOnlyList<CoverageGain> gains)
    {
        var lowered = TraceLowering.Lower(trace);
        for (var i = 0; i < _tallies.Length; i++)
        {
            if (gains[i].Edges.Count == 0)
            {
                continue;
            }

            var engine = contest.Engines[_tallies[i].Engine];
            if ((engine.Lacks & lowered.Needs) != EngineCapabilities.None)
            {
                return false;
            }

            new EngineRun(engine).Execute(lowered);
            if (engine is not ICoveredEngine covered
                || !_tallies[i].Tally.Reaches(covered, gains[i].Edges))
            {
                return false;
            }
        }

        return true;
    }
}
