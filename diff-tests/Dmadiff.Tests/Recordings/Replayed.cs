// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Bindings;
using Dmadiff.Diff.Recordings;
using Dmadiff.Diff.Replays;
using Dmadiff.Diff.Traces;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.Tests.KernelHarness;

namespace Dmadiff.Tests.Recordings;

/// <summary>Reads and replays recordings in tests.</summary>
internal sealed class Replayed : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Reads a text for the first time.</summary>
    public Recording Open(string text, MachineKnowledge? knowledge = null) =>
        Recording.Open(
            _folder.Write("recording.txt", text), knowledge ?? MachineKnowledge.Nothing, null);

    /// <summary>The trace that a recording becomes, and what was left out.</summary>
    public static (Trace Trace, Dictionary<string, long> Dropped) Import(Recording recording)
    {
        using var text = new MemoryStream();
        var writer = new RecordingTraceWriter(text, recording.Header);
        using var steps = recording.ReadSteps();
        while (steps.Next(out var step))
        {
            writer.Write(step);
        }

        writer.Flush();
        return (
            TraceParser.Parse(Encoding.UTF8.GetString(text.ToArray()), "import"),
            steps.Dropped.ToDictionary(d => d.Kind, d => d.Count, StringComparer.Ordinal));
    }

    /// <summary>The operations of the trace that a recording becomes, as text.</summary>
    public string[] Operations(string text) =>
        [.. Import(Open(text)).Trace.Operations.Select(TracePrinter.Print)];

    /// <summary>Replays on the port.</summary>
    public static ReplayEngine OnPort(Recording recording)
    {
        using var engine = new PortEngine(SwiotlbProfile.V6_12);
        return On(engine, recording);
    }

    /// <summary>Replays on an engine.</summary>
    public static ReplayEngine On(IEngine engine, Recording recording)
    {
        var replay = new ReplayEngine(engine, isKernel: true, recording.Pool?.Base ?? 0);
        using var steps = recording.ReadSteps();
        new ReplayRun([replay], []).Run(
            TraceLowering.Lower(recording.Header).Setup, steps, (_, _) => 0, null);
        return replay;
    }
}
