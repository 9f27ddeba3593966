// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Judges;

/// <summary>An expect line that does not hold on an engine.</summary>
/// <param name="EngineName">The engine.</param>
/// <param name="Operation">The expect line.</param>
/// <param name="Actual">What is instead: "used=3", "status mapping_error".</param>
public sealed record ExpectationFailure(string EngineName, Operation Operation, string Actual)
{
    /// <summary>One line for a report.</summary>
    public override string ToString()
    {
        var line = Operation.Source.Number > 0 ? $"line {Operation.Source.Number}: " : "";
        return $"{line}{TracePrinter.Print(Operation)}: {EngineName} has {Actual}";
    }
}

/// <summary>Holds an engine to what the trace itself says is to be.</summary>
public static class ExpectationJudge
{
    /// <summary>The expect lines that do not hold, in order.</summary>
    public static IReadOnlyList<ExpectationFailure> Judge(LoweredTrace trace, EngineRun run)
    {
        List<ExpectationFailure>? failures = null;
        foreach (var expectation in trace.Expectations)
        {
            var result = run.Ops[expectation.Op];
            if (Actual(expectation, result, trace.Ops[expectation.Op]) is { } actual)
            {
                var line = trace.Trace.Operations[expectation.Operation];
                (failures ??= []).Add(new ExpectationFailure(run.Engine.Name, line, actual));
            }
        }

        return failures ?? (IReadOnlyList<ExpectationFailure>)[];
    }

    private static string? Actual(Expectation expectation, in AbiResult result, in AbiOp op)
    {
        if (expectation.Field == ExpectationField.Status)
        {
            return (ulong)result.Status == expectation.Expected
                ? null
                : $"status {TraceWords.Of(result.Status)}";
        }

        var file = TraceWords.Of((AbiDebugfsFile)op.Arg);
        if (result.Status != AbiStatus.Ok)
        {
            var error = result.Error == 0 ? "" : $" {result.Error}";
            return $"no {file}: {TraceWords.Of(result.Status)}{error}";
        }

        return result.Value == expectation.Expected ? null : $"{file}={result.Value}";
    }
}
