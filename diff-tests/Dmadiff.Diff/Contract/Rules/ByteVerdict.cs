// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract.Shadow;

namespace Dmadiff.Diff.Contract.Rules;

/// <summary>The one look at memory that the rules about bytes share.</summary>
/// <param name="bytes">What every byte has to be.</param>
internal sealed class ByteVerdict(ShadowBytes bytes)
{
    /// <summary>What is wrong after the step last looked at, or null.</summary>
    public WrongByte? Wrong { get; private set; }

    /// <summary>Looks at what the op touched, and at everything where the trace asks for a
    /// check.</summary>
    public void Look(ContractStep step)
    {
        Wrong = bytes.Look(step);
        if (step.IsThorough || step.Op.Kind == AbiOpKind.Check)
        {
            Wrong ??= bytes.LookAtAll();
        }
    }
}
