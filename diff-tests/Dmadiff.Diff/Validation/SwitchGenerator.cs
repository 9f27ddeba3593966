// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Validation;

/// <summary>
/// Switches on in generated traces what a series adds, each in every other trace. What it draws
/// depends on nothing but the seed and the trace's number.
/// </summary>
/// <param name="seed">That of the traces.</param>
/// <param name="switches">What there is; of these, options of the configuration stay off.
/// </param>
public sealed class SwitchGenerator(ulong seed, IReadOnlyList<AddedSwitch> switches)
{
    // Drawn apart from the traces, which so are the same whatever a series adds.
    private const ulong Apart = 0x73776974636865;

    /// <summary>The trace with what is drawn for it.</summary>
    public Trace Apply(ulong index, Trace trace)
    {
        var random = new SeedStream(seed ^ Apart, index);
        return switches.Aggregate(
            trace, (made, added) => random.Chance(50) ? SwitchedTrace.With(made, added) : made);
    }
}
