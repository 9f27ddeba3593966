// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Bindings;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Recordings;
using Dmadiff.Diff.Replays;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Commands;

/// <summary>What is replayed: a recording, or a trace of dmadiff's own language.</summary>
internal sealed class ReplayInput
{
    /// <summary>More are not held in memory at once, which the contract's checker asks for.
    /// </summary>
    private const long MostJudgedOperations = 200_000;

    private const ulong MostJudgedBytes = 64UL << 20;

    private readonly LoweredTrace _lowered;
    private readonly Recording? _recording;

    private ReplayInput(LoweredTrace lowered, Recording? recording)
    {
        _lowered = lowered;
        _recording = recording;
    }

    /// <summary>The machine.</summary>
    public Setup Setup => _lowered.Setup;

    /// <summary>What an engine must be able to do.</summary>
    public EngineCapabilities Needs => _lowered.Needs;

    /// <summary>The start of the recorded pool; 0 without one.</summary>
    public ulong PoolStart => _recording?.Pool?.Base ?? 0;

    /// <summary>The recording, or null for a trace.</summary>
    public Recording? Recording => _recording;

    /// <summary>Surveys a recording.</summary>
    public static ReplayInput OfRecording(
        InputFile input, MachineKnowledge knowledge, Progress progress, CancellationToken cancel)
    {
        Recording recording = Open(input, knowledge, progress, cancel);
        return new ReplayInput(TraceLowering.Lower(recording.Header), recording);
    }

    /// <summary>Reads a recording for the first time.</summary>
    public static Recording Open(
        InputFile input, MachineKnowledge knowledge, Progress progress, CancellationToken cancel)
    {
        void Tell(long bytes)
        {
            cancel.ThrowIfCancellationRequested();
            progress.ShowOften(() => $"surveying {input.Name}, {bytes >> 20:N0} MB");
        }

        Recording recording = Recording.Open(input.Path, knowledge, Tell);
        progress.Clear();
        return recording;
    }

    /// <summary>The same input, of a machine whose timer ticked as fits it best.</summary>
    /// <param name="engine">Replays to find that out.</param>
    /// <param name="step">Called before each replay; may throw to end it.</param>
    public ReplayInput WithClock(IEngine engine, Action step) =>
        _recording is not null && ClockSearch.IsOfUse(_recording)
            ? new ReplayInput(
                _lowered,
                _recording.With(ClockSearch.Find(engine, Setup, _recording, step)))
            : this;

    /// <summary>Reads a trace.</summary>
    /// <exception cref="UserErrorException">Something was asked for that a trace has not.
    /// </exception>
    public static ReplayInput OfTrace(InputFile input, bool strict, bool isKnowledgeGiven)
    {
        if (strict || isKnowledgeGiven)
        {
            throw new UserErrorException(
                $"{input.Name}: a trace has no recorded addresses and tells its machine itself: "
                + $"no {(strict ? "--strict-addresses" : "--pool or --min-align")}");
        }

        return new ReplayInput(TraceLowering.Lower(TraceParser.ParseFile(input.Path)), null);
    }

    /// <summary>The steps, from the first on.</summary>
    public IStepSource ReadSteps() =>
        _recording is null ? new TraceSteps(_lowered) : _recording.ReadSteps();

    /// <summary>Which stretch of the replay a step is in.</summary>
    /// <param name="step">The step.</param>
    /// <param name="index">Its number, from 0.</param>
    public int StretchOf(ReplayStep step, long index)
    {
        if (_recording is null)
        {
            return (int)(index * ReplayRun.StretchCount / Math.Max(1, _lowered.Ops.Length));
        }

        // What brings the pool to where it was has no time.
        ulong span = _recording.LastTime - _recording.FirstTime + 1;
        ulong at = step.Time > _recording.FirstTime ? step.Time - _recording.FirstTime : 0;
        return (int)((UInt128)at * ReplayRun.StretchCount / span);
    }

    /// <summary>When a stretch starts, as the table of the report has it.</summary>
    public string StartOf(int stretch)
    {
        if (_recording is null)
        {
            return $"{(long)stretch * 100 / ReplayRun.StretchCount} %";
        }

        ulong span = _recording.LastTime - _recording.FirstTime;
        double at = _recording.FirstTime
            + ((double)span * stretch / ReplayRun.StretchCount);
        return $"{at / 1e9:F3} s";
    }

    /// <summary>All of it as one trace, or null when it is too long to be judged that way.
    /// </summary>
    /// <param name="operations">How many operations it has.</param>
    public LoweredTrace? Whole(long operations)
    {
        if (_recording is null)
        {
            return _lowered;
        }

        if (operations > MostJudgedOperations || _recording.BufferBytes > MostJudgedBytes)
        {
            return null;
        }

        using var text = new MemoryStream();
        var writer = new RecordingTraceWriter(text, _recording.Header);
        using RecordingSteps steps = _recording.ReadSteps();
        while (steps.Next(out ReplayStep step))
        {
            writer.Write(step);
        }

        writer.Flush();
        return TraceLowering.Lower(TraceParser.Parse(
            Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length), "replay"));
    }

    /// <summary>What was recorded, and what of it could not be replayed.</summary>
    public void WriteSummary(TextWriter output, IStepSource steps)
    {
        if (_recording is not null && steps is RecordingSteps read)
        {
            RecordingSummary.Write(output, _recording, read);
        }
    }

    private sealed class TraceSteps(LoweredTrace trace) : IStepSource
    {
        private int _next;

        public bool Next(out ReplayStep step)
        {
            if (_next == trace.Ops.Length)
            {
                step = default;
                return false;
            }

            int line = trace.OperationOf(_next)?.Source.Number ?? 0;
            step = new ReplayStep(trace.Ops[_next++], AddressCheck.None, 0, line, 0);
            return true;
        }

        public void Dispose()
        {
        }
    }
}
