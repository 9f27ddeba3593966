// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Snapshots;

/// <summary>
/// Writes down what an engine does on a trace: each operation with its outcome, the state it
/// leaves, what it logs and how the contract judges it. Nothing in it depends on the host, the
/// compiler, or the lines that functions stand on.
/// </summary>
/// <remarks>It knows of results only what <see cref="ResultFields"/> says of them, and of
/// operations only how they are printed, so that new ones need no change here.</remarks>
public static class SnapshotText
{
    /// <summary>Columns that what belongs to an operation is indented by.</summary>
    internal const string Indent = "    ";

    // The head of a block says these, and the log has lines of its own.
    private const ResultField Told = ResultField.Status | ResultField.Error | ResultField.Value
        | ResultField.Log | ResultField.LogLines;

    /// <summary>The snapshot of a trace, each line ended by a newline.</summary>
    /// <param name="engine">Stays the caller's to dispose.</param>
    /// <param name="trace">The trace.</param>
    /// <exception cref="MachineException">This host cannot hold the machine.</exception>
    public static string Write(IEngine engine, Trace trace)
    {
        var text = new StringBuilder();
        if (trace.Comments.Count > 0)
        {
            text.Append("# ").Append(trace.Comments[0]).Append('\n');
        }

        if ((engine.Lacks & TraceNeeds.Of(trace)) != EngineCapabilities.None)
        {
            return text.Append("not run: not built with what it needs\n").ToString();
        }

        var lowered = TraceLowering.Lower(trace);
        var run = new EngineRun(engine);
        run.Execute(lowered);

        // The contract runs the trace again on the same engine, so all there is to know of this
        // run comes first.
        var steps = new List<StringBuilder>();
        for (var i = 0; i < run.Boot.Length; i++)
        {
            var head = "boot " + lowered.DescribeBootStep(i);
            steps.Add(Step(run, i, head, null, run.Boot[i]));
        }

        for (var i = 0; i < run.Ops.Length; i++)
        {
            var operation = lowered.OperationOf(i);
            var head = operation is null ? "check at the end" : TracePrinter.Print(operation);
            var step = Step(run, run.Boot.Length + i, head, lowered.Ops[i].Kind, run.Ops[i]);
            steps.Add(step);
        }

        foreach (var failure in ExpectationJudge.Judge(lowered, run))
        {
            var at = lowered.Expectations.First(
                e => trace.Operations[e.Operation] == failure.Operation).Op;
            Line(steps[run.Boot.Length + at], "expectation", $"does not hold: {failure.Actual}");
        }

        var boot = run.Boot.Length;
        if (run.Crash()?.Kind != AbiCrashKind.Hang)
        {
            steps.AddRange(Judge(engine, lowered, steps, boot));
        }

        foreach (var step in steps)
        {
            text.Append(step);
        }

        return text.ToString();
    }

    // Adds verdicts to the steps they are about; those about operations that the checker adds
    // behind the last make blocks of their own.
    private static List<StringBuilder> Judge(
        IEngine engine, LoweredTrace lowered, List<StringBuilder> steps, int boot)
    {
        var added = new List<StringBuilder>();
        foreach (var finding in new ContractRun(engine).Run(lowered).Findings)
        {
            if (finding.IsCrash)
            {
                continue;
            }

            var step = finding.AtBoot ? finding.Step : boot + finding.Step;
            var block = finding.IsAdded
                ? new StringBuilder($"then {finding.Line}:\n")
                : steps[step];
            Line(
                block,
                $"contract {ContractRuleNames.Title(finding.Signature.Rule)}:",
                $"expected {finding.Expected}, actual {finding.Actual}");
            if (finding.IsAdded)
            {
                added.Add(block);
            }
        }

        return added;
    }

    private static StringBuilder Step(
        EngineRun run, int step, string head, AbiOpKind? kind, in AbiResult result)
    {
        var text = new StringBuilder(head).Append(": ").Append(Outcome(kind, result)).Append('\n');
        var state = Fields(kind, result, isDigest: false);
        if (state.Length > 0)
        {
            Line(text, "state", state);
        }

        var digests = Fields(kind, result, isDigest: true);
        if (digests.Length > 0)
        {
            Line(text, "digest", digests);
        }

        foreach (var line in run.LogOf(step))
        {
            Line(text, "log", line);
        }

        if (result.Status == AbiStatus.Crash && run.Crash() is { } crash)
        {
            // Without file and line, which change with every edit above them.
            Line(text, "crash", $"{crash.What} in {crash.Where.Split(' ')[0]}");
        }

        return text;
    }

    private static string Outcome(AbiOpKind? kind, in AbiResult result)
    {
        var words = TraceWords.Of(result.Status);
        if (result.Error != 0)
        {
            words += " " + ResultFields.Format(ResultField.Error, kind, result);
        }

        return result.Value == 0
            ? words
            : words + " " + ResultFields.Format(ResultField.Value, kind, result);
    }

    // What is zero or none is left out; but where an area was touched, how full the pool is
    // then is always of interest.
    private static string Fields(AbiOpKind? kind, in AbiResult result, bool isDigest)
    {
        var nothing = new AbiResult { Area = AbiConstants.None };
        var telling = ResultFields.Differing(result, nothing, ResultField.All & ~Told);
        if (result.Area != AbiConstants.None)
        {
            telling |= ResultField.Used;
        }

        var parts = new List<string>();
        foreach (var field in ResultFields.Each(telling))
        {
            var group = ResultFields.GroupOf(field, kind);
            if ((group is FieldGroup.Data or FieldGroup.Slots) == isDigest)
            {
                var name = ResultFields.NameOf(field, kind).Replace(" digest", "");
                parts.Add($"{name} {ResultFields.Format(field, kind, result)}");
            }
        }

        return string.Join(", ", parts);
    }

    private static void Line(StringBuilder text, string label, string words) =>
        text.Append(Indent).Append(label).Append(' ').Append(words.Replace('\n', ' ')).Append('\n');
}
