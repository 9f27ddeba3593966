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
    // One trace in this many goes beyond mapping pages.
    private const ulong OneInApi = 3;

    /// <summary>The seed.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>Declare restricted pools that are no multiple of a segment (256K). The kernel
    /// then reads behind its slot table when it frees the last slots, and before 6.12 writes
    /// there too: what that does is not defined, so no two builds need agree.</summary>
    public bool TailSegments { get; init; }

    /// <summary>Trace number <paramref name="index"/>: good by
    /// <see cref="TraceRules"/>, 30 to some 500 operations long.</summary>
    public Trace Generate(ulong index)
    {
        var random = new SeedStream(Seed, index);

        // A crowded pool and a device that needs odd slots make 6.1 search for ever, and then
        // nothing more is learned: most traces have either the one or the other.
        var crowded = random.Chance(50);
        var api = index % OneInApi == OneInApi - 1;
        var header = new MachineGenerator(random, TailSegments, crowded).Make();
        if (api)
        {
            header = new DmaApiHeader(random).Extend(header);
        }

        var operations = new OperationGenerator(random, header, crowded, api).Make();
        return header with
        {
            Comments = [$"sequence {index} of seed {Seed}"],
            Operations = ValueList.From(operations),
        };
    }
}
