// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Contract.Rules;

/// <summary>
/// C6, of the kernel's own memory: what it took and no longer knows of, nobody will free. Only
/// what is lost after boot counts.
/// </summary>
internal sealed class LostMemoryRule : ContractRule
{
    private readonly IEngine _engine;
    private readonly int _atBoot;

    /// <summary>Notes what the boot lost.</summary>
    /// <param name="engine">Has booted; stays the caller's to dispose.</param>
    public LostMemoryRule(IEngine engine)
    {
        _engine = engine;
        _atBoot = engine.ReadLeaks().Count;
    }

    public override void Judge(ContractStep step)
    {
        if (step.Op.Kind != AbiOpKind.Check || step.Result.Status != AbiStatus.Ok)
        {
            return;
        }

        // The newest come first.
        var leaks = _engine.ReadLeaks();
        if (leaks.Count > _atBoot)
        {
            step.Report(
                ContractRuleId.Accounting,
                "no memory that nothing points to",
                $"{leaks[0].Bytes} bytes taken in {leaks[0].Where}"
                + (leaks.Count > _atBoot + 1 ? $", and {leaks.Count - _atBoot - 1} more" : ""));
        }
    }
}
