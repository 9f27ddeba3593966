// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Judges;

/// <summary>Every field of every step must agree: for a port and the code that it follows,
/// or two builds of the same code.</summary>
public sealed class ExactJudge : Judge
{
    /// <inheritdoc/>
    public override string Name => "exact";

    /// <inheritdoc/>
    protected override ResultField BootFields => ResultField.All;

    /// <inheritdoc/>
    protected override ResultField FieldsOf(in AbiOp op) => ResultField.All;
}
