// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Cli.Commands;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Recordings;
using Dmadiff.Diff.Replays;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Cli.Output;

/// <summary>What came of a replay, engine by engine.</summary>
/// <param name="output">Where to.</param>
/// <param name="file">What was replayed.</param>
/// <param name="input">The same, read.</param>
/// <param name="run">The replay.</param>
internal sealed class ReplayReport(
    TextWriter output, string file, ReplayInput input, ReplayRun run)
{
    private const ulong SlotBytes = 2048;

    /// <summary>No kernel crashes or differs from its reference.</summary>
    public bool IsClean => run.Engines.All(e => e.Crash is null)
        && run.Divergences.All(d => d is null);

    /// <summary>Every address is the recorded one, on every engine.</summary>
    public bool IsFaithful => run.Engines.All(e => e.Addresses.Agreed == e.Addresses.Compared);

    /// <summary>Writes it.</summary>
    public void Write()
    {
        WriteEngines();
        foreach (ReplayEngine engine in run.Engines)
        {
            Write(engine);
        }

        foreach (ReplayDivergence divergence in run.Divergences.OfType<ReplayDivergence>())
        {
            Write(divergence);
        }

        WriteFlushes();
        WriteTimeline();
    }

    private void WriteEngines()
    {
        bool compares = run.Engines.Any(e => e.Addresses.Compared > 0);
        output.WriteLine(
            $"{"",-14} {"addresses",10} {"as recorded",12} {"bounces",9} {"failed",7} "
            + $"{"operations/s",13}");
        foreach (ReplayEngine engine in run.Engines)
        {
            double seconds = Math.Max(engine.Elapsed.TotalSeconds, 1e-9);
            string compared = compares ? $"{engine.Addresses.Compared:N0}" : "-";
            string agreed = compares ? $"{engine.Addresses.Agreed:N0}" : "-";
            output.WriteLine(
                $"{engine.Engine.Name,-14} {compared,10} {agreed,12} "
                + $"{engine.Timeline.Bounces,9:N0} {engine.Timeline.Failures,7:N0} "
                + $"{run.Operations / seconds,13:N0}");
        }

        output.WriteLine();
    }

    private void WriteFlushes()
    {
        List<ReplayEngine> translating = [.. run.Engines.Where(e => e.Iotlb.Unmaps > 0)];
        foreach (ReplayEngine engine in translating)
        {
            output.WriteLine(
                $"{engine.Engine.Name}: {Summary.Count(engine.Iotlb.Unmaps, "unmap")} behind the "
                + $"IOMMU, {engine.Iotlb.Flushes:N0} IOTLB "
                + $"{(engine.Iotlb.Flushes == 1 ? "flush" : "flushes")}, "
                + $"{Math.Max(0, engine.Iotlb.Unmaps - engine.Iotlb.Flushes):N0} avoided");
        }

        if (translating.Count > 0)
        {
            output.WriteLine();
        }
    }

    private void Write(ReplayEngine engine)
    {
        if (engine.Crash is { } crash)
        {
            output.WriteLine($"{engine.Engine.Name} crashes: {crash.What}");
            output.WriteLine($"  in       {crash.Where}");
            output.WriteLine($"  at       {Place(engine.CrashStep)}");
            output.WriteLine();
        }

        if (engine.Addresses.First is { } first)
        {
            output.WriteLine($"{engine.Engine.Name} first gives out another address:");
            output.WriteLine($"  at       {Place(first.Step)}");
            output.WriteLine($"  recorded {first.Recorded}");
            output.WriteLine($"  replayed {first.Replayed}");
            output.WriteLine();
        }
    }

    private void Write(ReplayDivergence divergence)
    {
        AbiOpKind kind = divergence.Step.Op.Kind;
        output.WriteLine(
            $"{divergence.Left.Engine.Name} differs from {divergence.Right.Engine.Name}:");
        output.WriteLine($"  at       {Place(divergence.Step)}");
        ResultField fields = ResultFields.Differing(
            divergence.LeftResult, divergence.RightResult, ResultField.All);
        foreach (ResultField field in ResultFields.Each(fields))
        {
            output.WriteLine(
                $"  {ResultFields.NameOf(field, kind),-11} "
                + $"{ResultFields.Format(field, kind, divergence.LeftResult),18}  "
                + $"{ResultFields.Format(field, kind, divergence.RightResult),18}");
        }

        output.WriteLine();
    }

    private string Place(ReplayStep step)
    {
        string where = step.Line == 0 ? "in front of the recording"
            : input.Recording is null ? $"{file}:{step.Line}"
            : $"{file}:{step.Line}, {step.Time / 1e9:F6} s";
        return $"{where}: {Describe(step.Op)}";
    }

    private string Describe(in AbiOp op)
    {
        string bytes = $"{op.Size} {TraceWords.Of(op.Direction)}";
        return op.Kind switch
        {
            AbiOpKind.Map => $"map {DeviceName(op.Device)} {bytes}",
            AbiOpKind.Unmap => $"unmap m{op.Mapping}",
            AbiOpKind.MapSg => $"map_sg {DeviceName(op.Device)} {TraceWords.Of(op.Direction)}",
            AbiOpKind.SgAddress => $"segment {op.Arg} of m{op.Mapping}",
            _ => $"{op.Kind} m{op.Mapping}",
        };
    }

    private string DeviceName(uint device) =>
        input.Recording is { } recording && device < recording.Devices.Count
            ? recording.Devices[(int)device].RecordedName
            : $"d{device}";

    // Kernels next to each other; a reference that agrees has nothing to add.
    private void WriteTimeline()
    {
        List<ReplayEngine> kernels =
            [.. run.Engines.Where(e => e.IsKernel && e.Timeline.Slots > 0)];
        if (kernels.Count == 0 || kernels.All(k => k.Timeline.Bounces == 0))
        {
            return;
        }

        output.WriteLine(
            $"pool of {Quantity.FormatSize(kernels[0].Timeline.Slots * SlotBytes)}, in slots: most "
            + "in use, in use at the end, free but torn (in");
        output.WriteLine("a segment of 128 that is used in part), longest free run; bytes bounced");
        output.WriteLine();
        foreach (ReplayEngine[] pair in kernels.Chunk(2))
        {
            output.WriteLine(
                ($"{"",10} {"",7}" + string.Concat(pair.Select(k => $"  {k.Engine.Name,-26}")))
                    .TrimEnd());
            output.WriteLine(
                $"{"from",10} {"ops",7}"
                + string.Concat(pair.Select(_ =>
                    $"  {"most",5} {"end",5} {"torn",5} {"run",3} {"bytes",5}")));
            for (int i = 0; i < ReplayRun.StretchCount; i++)
            {
                PoolStretch[] rows = [.. pair.Select(k => k.Timeline.Stretches[i])];
                if (rows[0].Operations > 0)
                {
                    output.WriteLine(
                        $"{input.StartOf(i),10} {rows[0].Operations,7}"
                        + string.Concat(rows.Select(Columns)));
                }
            }

            output.WriteLine();
        }
    }

    private static string Columns(PoolStretch row) =>
        $"  {row.MostUsed,5} {row.UsedAtEnd,5} {row.TornFree,5} {row.LargestFree,3} "
        + $"{Short(row.BouncedBytes),5}";

    private static string Short(ulong bytes) => bytes switch
    {
        < 10_000 => $"{bytes}",
        < 10_000UL << 10 => $"{bytes >> 10}K",
        < 10_000UL << 20 => $"{bytes >> 20}M",
        _ => $"{bytes >> 30}G",
    };
}
