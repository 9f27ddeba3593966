// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Judges;

/// <summary>
/// What two divergences have in common that are likely the same defect: the operation, the
/// kind of thing that differs first, and what became of the operation on either side.
/// </summary>
/// <param name="Operation">"map", or "boot device" for a boot step.</param>
/// <param name="Group">What differs.</param>
/// <param name="Left">Status on the left side.</param>
/// <param name="Right">Status on the right side.</param>
public sealed record DivergenceSignature(
    string Operation,
    FieldGroup Group,
    AbiStatus Left,
    AbiStatus Right)
{
    /// <summary>"map address ok/ok", as reports and file names have it.</summary>
    public override string ToString()
    {
        var group = Group.ToString().ToLowerInvariant();
        return $"{Operation} {group} {Traces.TraceWords.Of(Left)}/{Traces.TraceWords.Of(Right)}";
    }
}

/// <summary>The first step at which two engines disagree.</summary>
public sealed record Divergence
{
    /// <summary>Name of the left engine.</summary>
    public required string LeftName { get; init; }

    /// <summary>Name of the right engine.</summary>
    public required string RightName { get; init; }

    /// <summary>True for a boot step, false for an operation.</summary>
    public required bool AtBoot { get; init; }

    /// <summary>Index of the boot step or op, counted from 0.</summary>
    public required int Step { get; init; }

    /// <summary>What the step does: "map", "check", "boot machine".</summary>
    public required string Operation { get; init; }

    /// <summary>The op, or null at boot.</summary>
    public required AbiOpKind? Kind { get; init; }

    /// <summary>The fields that differ, of those the judge looks at.</summary>
    public required ResultField Fields { get; init; }

    /// <summary>The whole result on the left.</summary>
    public required AbiResult Left { get; init; }

    /// <summary>The whole result on the right.</summary>
    public required AbiResult Right { get; init; }

    /// <summary>What it has in common with others of its like.</summary>
    public DivergenceSignature Signature => new(
        Operation,
        ResultFields.GroupOf(ResultFields.Each(Fields).First(), Kind),
        Left.Status,
        Right.Status);
}
