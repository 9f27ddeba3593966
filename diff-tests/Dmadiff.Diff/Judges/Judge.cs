// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.InteropServices;
using Dmadiff.Bindings;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Judges;

/// <summary>Compares what two engines did with the same trace, step by step.</summary>
public abstract class Judge
{
    /// <summary>What reports call it.</summary>
    public abstract string Name { get; }

    /// <summary>The first step at which the two disagree, or null. A disagreement that leaves
    /// the machines alike gives way to a later one that does not, which it would hide.</summary>
    /// <param name="trace">What both ran.</param>
    /// <param name="left">What the first engine did with it.</param>
    /// <param name="right">What the second engine did with it.</param>
    public Divergence? Compare(LoweredTrace trace, EngineRun left, EngineRun right)
    {
        Divergence? passing = null;
        for (var from = 0; from < left.Boot.Length;)
        {
            var step = FirstUnequal(left.Boot, right.Boot, from);
            if (step < 0)
            {
                break;
            }

            var fields = ResultFields.Differing(left.Boot[step], right.Boot[step], BootFields);
            fields = Reconsider(fields, left, right, step);
            if (fields != ResultField.None)
            {
                var found = Found(trace, left, right, step, atBoot: true, fields);
                if (!IsPassing(null, fields))
                {
                    return found;
                }

                passing ??= found;
            }

            from = step + 1;
        }

        return CompareOps(trace, left, right) is { } later
            && (passing is null || !IsPassing(later.Kind, later.Fields))
                ? later
                : passing;
    }

    /// <summary>The fields of a boot step that count.</summary>
    protected abstract ResultField BootFields { get; }

    /// <summary>The fields of an op's result that count.</summary>
    protected abstract ResultField FieldsOf(in AbiOp op);

    /// <summary>Looks again at fields that differ, with more than the results to go by.</summary>
    /// <param name="fields">Those that differ.</param>
    /// <param name="left">The left run.</param>
    /// <param name="right">The right run.</param>
    /// <param name="step">The step, counted over boot steps and then ops.</param>
    /// <returns>Those that differ in a way that counts.</returns>
    protected virtual ResultField Reconsider(
        ResultField fields,
        EngineRun left,
        EngineRun right,
        int step) => fields;

    /// <summary>Whether a difference in these fields has no consequences.</summary>
    /// <param name="kind">The op, or null at boot.</param>
    /// <param name="fields">What differs.</param>
    protected virtual bool IsPassing(AbiOpKind? kind, ResultField fields) => false;

    private Divergence? CompareOps(LoweredTrace trace, EngineRun left, EngineRun right)
    {
        Divergence? passing = null;
        for (var from = 0; from < left.Ops.Length;)
        {
            var step = FirstUnequal(left.Ops, right.Ops, from);
            if (step < 0)
            {
                break;
            }

            var asked = FieldsOf(trace.Ops[step]);
            var fields = ResultFields.Differing(left.Ops[step], right.Ops[step], asked);
            fields = Reconsider(fields, left, right, left.Boot.Length + step);
            if (fields != ResultField.None)
            {
                var found = Found(trace, left, right, step, atBoot: false, fields);
                if (!IsPassing(trace.Ops[step].Kind, fields))
                {
                    return found;
                }

                passing ??= found;
            }

            from = step + 1;
        }

        return passing;
    }

    // Bytes are compared, not fields: agreement is the rule and must cost next to nothing.
    private static int FirstUnequal(
        ReadOnlySpan<AbiResult> left,
        ReadOnlySpan<AbiResult> right,
        int from)
    {
        var leftBytes = MemoryMarshal.AsBytes(left[from..]);
        var rightBytes = MemoryMarshal.AsBytes(right[from..]);
        var common = leftBytes.CommonPrefixLength(rightBytes);
        return common == leftBytes.Length
            ? -1
            : from + (common / System.Runtime.CompilerServices.Unsafe.SizeOf<AbiResult>());
    }

    private static Divergence Found(
        LoweredTrace trace,
        EngineRun left,
        EngineRun right,
        int step,
        bool atBoot,
        ResultField fields)
    {
        AbiOpKind? kind = atBoot ? null : trace.Ops[step].Kind;
        var operation = atBoot
            ? $"boot {trace.DescribeBootStep(step).Split(' ')[0]}"
            : OperationSyntax.WordOf(trace.OperationOf(step)?.Kind ?? OperationKind.Check);
        return new Divergence
        {
            LeftName = left.Engine.Name,
            RightName = right.Engine.Name,
            AtBoot = atBoot,
            Step = step,
            Operation = operation,
            Kind = kind,
            Fields = fields,
            Left = atBoot ? left.Boot[step] : left.Ops[step],
            Right = atBoot ? right.Boot[step] : right.Ops[step],
        };
    }
}
