// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Histories;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Histories;

/// <summary>A trace whose life in a history is asked for.</summary>
/// <param name="Origin">The file it comes from.</param>
/// <param name="Trace">The trace.</param>
internal sealed record TraceInQuestion(string Origin, Trace Trace)
{
    /// <summary>The same, ready to run.</summary>
    public LoweredTrace Lowered { get; } = TraceLowering.Lower(Trace);

    /// <summary>The failure that is asked for; null when the kernels have to tell.</summary>
    public FailureSignature? Asked { get; init; }

    /// <summary>Reads traces; a failure that one names is what is asked for.</summary>
    /// <exception cref="UserErrorException">One cannot be read.</exception>
    /// <exception cref="TraceException">One is no trace.</exception>
    public static IReadOnlyList<TraceInQuestion> Read(IEnumerable<string> paths) =>
    [
        .. paths.Select(path => TraceFolder.Read(path)).Select(t =>
            new TraceInQuestion(t.Origin, t.Trace) { Asked = FailureSignature.In(t.Trace) }),
    ];

    /// <summary>Reads the trace of a finding, which has to name it.</summary>
    /// <exception cref="UserErrorException">It does not.</exception>
    public static TraceInQuestion ReadFinding(string path)
    {
        TraceInQuestion trace = Read([path])[0];
        return trace.Asked is not null
            ? trace
            : throw new UserErrorException(
                $"{path}: names no finding, as traces in a findings folder do in a line such "
                + "as \"# finding: contract C6 unmap\"; give it as TRACE to ask for whatever "
                + "it shows");
    }
}
