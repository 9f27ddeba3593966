// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Validation;

/// <summary>
/// Switches on in generated traces what a series adds, each in every other trace. What an option
/// of the configuration compiles in is on in all of them: it may go by parameters, of which small
/// ones are drawn, as all ends come near then, and it may wait for seconds. What it draws depends
/// on nothing but the seed and the trace's number.
/// </summary>
/// <param name="seed">That of the traces.</param>
/// <param name="switches">What there is.</param>
public sealed class SwitchGenerator(ulong seed, IReadOnlyList<AddedSwitch> switches)
{
    // Drawn apart from the traces, which so are the same whatever a series adds.
    private const ulong Apart = 0x73776974636865;

    // Percent of the operations after which time passes.
    private const int Waits = 4;

    /// <summary>What options of the configuration go by.</summary>
    public IReadOnlyList<AddedParameter> Parameters { get; init; } = [];

    /// <summary>The trace with what is drawn for it.</summary>
    public Trace Apply(ulong index, Trace trace)
    {
        var random = new SeedStream(seed ^ Apart, index);
        var made = switches.Aggregate(
            trace, (made, added) => random.Chance(50) ? SwitchedTrace.With(made, added) : made);
        return switches.Any(s => s.Kind == SwitchKind.Kconfig)
            ? WithTime(random, WithParameters(random, made))
            : made;
    }

    private Trace WithParameters(SeedStream random, Trace trace)
    {
        var words = Parameters.Where(_ => random.Chance(50)).Select(p => $"{p.Name}={Value(p)}");
        return trace with
        {
            Cmdline = string.Join(' ', [trace.Cmdline, .. words]).Trim(),
        };

        ulong Value(AddedParameter parameter) => parameter.Bits > 8 || random.Chance(50)
            ? random.Pick(0UL, 1, 1, 2, 2, 3, 5, 8, 64)
            : random.Below(1UL << parameter.Bits);
    }

    private static Trace WithTime(SeedStream random, Trace trace)
    {
        var operations = new List<Operation>();
        foreach (var operation in trace.Operations)
        {
            operations.Add(operation);
            // The entries of a list, and the list's mapping, belong together.
            if (operation.Kind != OperationKind.ScatterList && random.Chance(Waits))
            {
                operations.Add(new Operation(OperationKind.Time)
                {
                    Number = random.Pick(1000UL, 4999, 5000, 5000, 10000),
                });
            }
        }

        return trace with { Operations = ValueList.From(operations) };
    }
}
