// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Generators;

/// <summary>What code a generated trace is about.</summary>
public enum GeneratedPart
{
    /// <summary>swiotlb, through the DMA API and directly.</summary>
    Swiotlb,

    /// <summary>The DMA API beyond mapping pages: scatterlists, coherent memory,
    /// resources.</summary>
    Dma,

    /// <summary>IOVA domains.</summary>
    Iova,

    /// <summary>Devices behind an IOMMU: the DMA API, or the IOMMU core itself.</summary>
    Iommu,
}

/// <summary>
/// Makes traces out of a seed. Trace k of a seed depends on nothing but the two numbers, so
/// any of them can be made again alone.
/// </summary>
/// <param name="seed">Any number.</param>
public sealed class SequenceGenerator(ulong seed)
{
    // Percent of the sequences about IOMMUs that are about the core.
    private const int CoreShare = 40;

    /// <summary>The seed.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>Declare restricted pools that are no multiple of a segment (256K). The kernel
    /// then reads behind its slot table when it frees the last slots, and before 6.12 writes
    /// there too: what that does is not defined, so no two builds need agree.</summary>
    public bool TailSegments { get; init; }

    /// <summary>What traces are to be like; null leaves it to chance.</summary>
    public GeneratorProfile? Profile { get; init; }

    /// <summary>What the traces are about, one part after the other.</summary>
    public IReadOnlyList<GeneratedPart> Parts { get; init; } =
        [GeneratedPart.Swiotlb, GeneratedPart.Dma];

    // Drawn apart, so that all other sequences stay what they were.
    private const ulong Apart = 0x6d616e7963707573;
    private const ulong Later = 0x6d65737361676573;

    /// <summary>Trace number <paramref name="index"/>: good by
    /// <see cref="TraceRules"/>, 30 to some 500 operations long.</summary>
    public Trace Generate(ulong index)
    {
        var random = new SeedStream(Seed, index);
        if (Profile is not null)
        {
            return new ProfiledGenerator(random, Profile).Make() with
            {
                Comments = [$"sequence {index} of seed {Seed}, as the profile has it"],
            };
        }

        var comments = ValueList.From([$"sequence {index} of seed {Seed}"]);
        var part = Parts[(int)(index % (ulong)Parts.Count)];
        if (part == GeneratedPart.Iova)
        {
            return new IovaGenerator(random).Make() with { Comments = comments };
        }

        // By a stream of its own: the others stay as they are.
        if (part == GeneratedPart.Iommu && new SeedStream(~Seed, index).Chance(CoreShare))
        {
            return new IommuCoreGenerator(random).Make() with { Comments = comments };
        }

        // A crowded pool and a device that needs odd slots make 6.1 search for ever, and then
        // nothing more is learned: most traces have either the one or the other.
        var crowded = random.Chance(50);
        var header = new MachineGenerator(random, TailSegments, crowded).Make();
        header = Enlarge(header, index);

        // Behind an IOMMU lists and coherent memory go through code of their own.
        var api = part == GeneratedPart.Dma
            || (part == GeneratedPart.Iommu && random.Chance(60));
        if (api)
        {
            header = new DmaApiHeader(random).Extend(header);
        }

        var operations = new OperationGenerator(
            random, header, crowded, api).Make();
        var trace = header with
        {
            Comments = comments,
            Operations = ValueList.From(operations),
        };
        return part == GeneratedPart.Iommu ? new IommuProfile(random, new SeedStream(Seed ^ Later, index)).Apply(trace) : trace;
    }

    // Few machines are large: each of their areas and caches is looked at in each check.
    private Trace Enlarge(Trace header, ulong index)
    {
        var random = new SeedStream(Seed ^ Apart, index);
        return random.Chance(3)
            ? header with
            {
                Machine = header.Machine with { Cpus = random.Pick(12UL, 16, 24, 64, 128) },
            }
            : header;
    }
}
