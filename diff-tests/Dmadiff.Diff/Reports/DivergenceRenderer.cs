// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Reports;

/// <summary>Writes a divergence as plain text of at most 75 columns.</summary>
public static class DivergenceRenderer
{
    private const int MostSlotRows = 12;

    /// <summary>The whole report, each line ended by a newline.</summary>
    public static string Render(DivergenceReport report)
    {
        var text = new TwoSides();
        var divergence = report.Details.Divergence;
        text.Line($"{divergence.LeftName} and {divergence.RightName} differ: "
            + $"{divergence.Signature}");
        text.Line();
        text.Entry("environment", report.Environment);
        text.Entry("found by", $"{report.Origin}, {report.Judge} judge");
        text.Entry("first at", DescribeStep(report.Details));
        text.Line();
        Outcome(text, report.Details);
        Pools(text, report.Details);
        DomainRows.Write(text, report.Details);
        return text.ToString();
    }

    /// <summary>What the first step that differs came to on either side, and the pools after
    /// it, each line ended by a newline.</summary>
    public static string RenderSides(DivergenceDetails details)
    {
        var text = new TwoSides();
        text.Entry("first at", DescribeStep(details));
        text.Line();
        Outcome(text, details);
        Pools(text, details);
        return text.ToString();
    }

    /// <summary>What the step came to on either side.</summary>
    internal static void Outcome(TwoSides text, DivergenceDetails details)
    {
        Fields(text, details.Divergence);
        Log(text, details);
        Crashes(text, details);
    }

    private static string DescribeStep(DivergenceDetails details)
    {
        var (divergence, trace) = (details.Divergence, details.Trace);
        if (divergence.AtBoot)
        {
            return $"boot step {divergence.Step + 1}: {trace.DescribeBootStep(divergence.Step)}";
        }

        if (trace.OperationOf(divergence.Step) is not { } operation)
        {
            return "the check after the last operation";
        }

        var line = operation.Source.Number > 0 ? $", line {operation.Source.Number}" : "";
        var number = trace.OperationIndexOf(divergence.Step) + 1;
        return $"operation {number}{line}: {TracePrinter.Print(operation)}";
    }

    private static void Fields(TwoSides text, Divergence divergence)
    {
        if ((divergence.Fields & ~ResultField.Log) == ResultField.None)
        {
            // The lines follow; their digests would tell nobody anything.
            return;
        }

        text.Row("", divergence.LeftName, divergence.RightName);
        foreach (var field in ResultFields.Each(divergence.Fields & ~ResultField.Log))
        {
            text.Row(
                ResultFields.NameOf(field, divergence.Kind),
                ResultFields.Format(field, divergence.Kind, divergence.Left),
                ResultFields.Format(field, divergence.Kind, divergence.Right));
        }
    }

    private static void Log(TwoSides text, DivergenceDetails details)
    {
        if (details.Left.Log.Count + details.Right.Log.Count == 0)
        {
            return;
        }

        if ((details.Divergence.Fields & ~ResultField.Log) != ResultField.None)
        {
            text.Line();
        }

        foreach (var side in new[] { details.Left, details.Right })
        {
            text.Line(
                side.Log.Count == 0
                    ? $"{side.EngineName} logs nothing"
                    : $"{side.EngineName} logs",
                2);
            foreach (var line in side.Log)
            {
                text.Line(line, 4);
            }
        }
    }

    private static void Crashes(TwoSides text, DivergenceDetails details)
    {
        foreach (var side in new[] { details.Left, details.Right })
        {
            if (side.Crash is { } crash)
            {
                text.Line();
                text.Line($"{side.EngineName} crashed in {crash.Where}: {crash.What}", 2);
            }
        }
    }

    private static void Pools(TwoSides text, DivergenceDetails details)
    {
        foreach (var left in details.Left.Pools)
        {
            var right = details.Right.Pools.FirstOrDefault(pool => pool.Name == left.Name);
            if (right is null)
            {
                text.Line();
                text.Line($"pool {left.Name} is only in {details.Left.EngineName}", 2);
            }
            else if (!left.Equals(right))
            {
                text.Line();
                Pool(text, left, right);
            }
        }

        foreach (var right in details.Right.Pools)
        {
            if (details.Left.Pools.All(pool => pool.Name != right.Name))
            {
                text.Line();
                text.Line($"pool {right.Name} is only in {details.Right.EngineName}", 2);
            }
        }
    }

    private static void Pool(TwoSides text, PoolSnapshot left, PoolSnapshot right)
    {
        text.Row($"pool {left.Name}", Range(left.State), Range(right.State));
        Figure(text, "slots", left.State.Nslabs, right.State.Nslabs);
        Figure(text, "used", left.State.Used, right.State.Used);
        Figure(text, "hiwater", left.State.Hiwater, right.State.Hiwater);
        Figure(text, "areas", left.State.Nareas, right.State.Nareas);
        Figure(text, "force bounce", left.State.ForceBounce, right.State.ForceBounce);
        for (var i = 0; i < Math.Max(left.Areas.Count, right.Areas.Count); i++)
        {
            var (a, b) = (Area(left, i), Area(right, i));
            if (a != b)
            {
                text.Row($"area {i}", a, b);
            }
        }

        var rows = SlotRows.Differing(left, right).ToList();
        foreach (var row in rows.Take(MostSlotRows))
        {
            var name = row.First == row.Last ? $"slot {row.First}" : $"slot {row.First}-{row.Last}";
            text.Row(name, row.Left, row.Right);
        }

        if (rows.Count > MostSlotRows)
        {
            text.Line($"and {rows.Count - MostSlotRows} more runs of slots", 2);
        }
    }

    private static void Figure(TwoSides text, string name, ulong left, ulong right)
    {
        if (left != right || name == "used")
        {
            text.Row(name, $"{left}", $"{right}");
        }
    }

    private static string Range(AbiPoolState state) => state.Bytes == 0
        ? "empty"
        : $"0x{state.Start:x}-0x{state.Start + state.Bytes - 1:x}";

    private static string Area(PoolSnapshot pool, int index) => index >= pool.Areas.Count
        ? "none"
        : $"used {pool.Areas[index].Used}, search at {pool.Areas[index].Index}";
}
