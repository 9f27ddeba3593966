// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Coverage;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Cli.Selftest;

/// <summary>The sequences that every mutant of a file is tried with.</summary>
internal sealed class SequenceSet
{
    private const ulong Seed = 1;
    private readonly HashSet<int> _code = [];
    private readonly HashSet<string> _functions = [];

    private SequenceSet(IReadOnlyList<RecordedSequence> sequences) => Sequences = sequences;

    /// <summary>In the order they are tried.</summary>
    public IReadOnlyList<RecordedSequence> Sequences { get; }

    /// <summary>Runs the corpus and generated sequences.</summary>
    /// <param name="engine">The kernel as it is, compiled to count its branches.</param>
    /// <param name="file">The file under test.</param>
    /// <param name="operations">Stops after the sequence that reaches so many.</param>
    /// <param name="cancel">Stops it.</param>
    public static SequenceSet Record(
        ICoveredEngine engine, FileUnderTest file, long operations, CancellationToken cancel)
    {
        var recorded = new List<RecordedSequence>();
        var map = CoverageMap.Empty;
        long ran = 0;
        foreach ((string origin, Trace trace) in All(file))
        {
            cancel.ThrowIfCancellationRequested();
            LoweredTrace lowered = TraceLowering.Lower(trace);
            if (!trace.Configuration.IsDefault
                || (engine.Lacks & lowered.Needs) != EngineCapabilities.None)
            {
                continue;
            }

            RecordedEngine result = RecordedEngine.Record(engine, lowered);
            map = engine.Coverage;
            var tally = new CoverageTally();
            tally.Add(engine);
            FileCoverage? reached = tally.Report.Find(file.Path);
            recorded.Add(new RecordedSequence(
                origin,
                lowered,
                result,
                reached?.Functions.Where(f => f.LinesReached.Count > 0).Select(f => f.Name)
                    .ToHashSet() ?? [],
                reached?.LinesReached ?? new HashSet<int>()));
            ran += lowered.Ops.Length;
            if (ran >= operations)
            {
                break;
            }
        }

        var set = new SequenceSet(recorded);
        foreach (CoveredFunction function in map.Functions.Where(f => f.File == file.Path))
        {
            set._functions.Add(function.Name);
            set._code.UnionWith(
                function.Lines.Where(l => l.File == file.Path).Select(l => l.Line));
        }

        return set;
    }

    /// <summary>Those that may show a change: they run its function. First those that run its
    /// line, and only those when the line has code of its own.</summary>
    /// <param name="function">The function.</param>
    /// <param name="lines">The lines that are changed.</param>
    public IEnumerable<RecordedSequence> For(string function, IEnumerable<int> lines)
    {
        int[] code = [.. lines.Where(_code.Contains)];
        if (code.Length > 0)
        {
            return Sequences.Where(s => Array.Exists(code, s.Lines.Contains));
        }

        return _functions.Contains(function)
            ? Sequences.Where(s => s.Functions.Contains(function))
            : Sequences;
    }

    private static IEnumerable<(string Origin, Trace Trace)> All(FileUnderTest file)
    {
        foreach ((string name, Trace trace) in TraceFolder.Own())
        {
            yield return ($"corpus trace {name}", trace);
        }

        var generator = new SequenceGenerator(Seed) { Parts = file.Parts };
        for (ulong i = 0; ; i++)
        {
            yield return ($"sequence {i} of seed {Seed}", generator.Generate(i));
        }
    }
}
