// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Generators;

/// <summary>
/// Makes traces out of a seed. Trace k of a seed depends on nothing but the two numbers, so
/// any of them can be made again alone.
/// </summary>
/// <param name="seed">Any number.</param>
public sealed class SequenceGenerator(ulong seed)
{
    /// <summary>The seed.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>Trace number <paramref name="index"/>: good by
    /// <see cref="TraceRules"/>, 30 to some 500 operations long.</summary>
    public Trace Generate(ulong index)
    {
        var random = new SeedStream(Seed, index);
        var header = new MachineGenerator(random).Make();
        var operations = new OperationGenerator(random, header).Make();
        return header with
        {
            Comments = [$"sequence {index} of seed {Seed}"],
            Operations = ValueList.From(operations),
        };
    }
}
