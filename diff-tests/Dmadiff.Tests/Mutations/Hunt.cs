// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.Tests.RealKernels;

namespace Dmadiff.Tests.Mutations;

/// <summary>Where a hunt found something.</summary>
/// <param name="Origin">The sequence.</param>
/// <param name="Sequences">How many it took.</param>
/// <param name="Signature">Operation, what differs, and statuses.</param>
/// <param name="Fields">All fields that differ there.</param>
internal sealed record Catch(
    string Origin, int Sequences, DivergenceSignature Signature, ResultField Fields)
{
    public override string ToString() =>
        $"{Signature} ({Fields}) after {Sequences}, {Origin}";
}

/// <summary>Looks for a difference between two engines: first the corpus, then generated
/// sequences, a fixed number of one seed.</summary>
internal static class Hunt
{
    public const int Generated = 150;
    private const int GeneratedIova = 60;
    private const int GeneratedIommu = 500;
    private const int GeneratedGrowing = 40;
    private const int GeneratedGuests = 60;
    private const ulong Seed = 2;

    private static readonly Lazy<(string Origin, LoweredTrace Trace)[]> Sequences = new(() =>
    [
        .. Kernels.CorpusTraces(),
        .. Generate(GeneratedPart.Swiotlb, Generated),
    ]);

    private static readonly Lazy<(string Origin, LoweredTrace Trace)[]> IovaSequences = new(() =>
    [
        .. Generate(GeneratedPart.Iova, GeneratedIova),
    ]);

    private static readonly Lazy<(string Origin, LoweredTrace Trace)[]> IommuSequences = new(() =>
    [
        .. Kernels.CorpusTraces().Where(t => t.Name.StartsWith("iommu-")),
        .. Generate(GeneratedPart.Iommu, GeneratedIommu),
    ]);

    private static readonly Lazy<(string Origin, LoweredTrace Trace)[]> GrowingSequences = new(() =>
    [
        .. Kernels.ConfigurationTraces().Where(t => t.Name.StartsWith("dynamic-")),
        .. Generate(
            GeneratedPart.Swiotlb,
            GeneratedGrowing,
            new ConfigurationGenerator(
                Seed,
                [
                    ConfigurationSettings.Parse("dynamic"),
                    ConfigurationSettings.Parse("dynamic,encrypt"),
                ])),
    ]);

    private static readonly Lazy<(string Origin, LoweredTrace Trace)[]> GuestSequences = new(() =>
    [
        .. Kernels.ConfigurationTraces().Where(t => t.Name.StartsWith("xen-")),
        .. Generate(GeneratedPart.Dma, GeneratedGuests, On("xen")),
        .. Generate(GeneratedPart.Swiotlb, GeneratedGuests, On("noncoherent,xen")),
    ]);

    /// <summary>The first difference, or null.</summary>
    /// <param name="reference">What is known to be good.</param>
    /// <param name="suspect">What may have a mistake.</param>
    /// <param name="part">Where the mistake may be.</param>
    public static Catch? Find(
        IEngine reference, IEngine suspect, GeneratedPart part = GeneratedPart.Swiotlb) =>
        First(
            reference,
            suspect,
            (part switch
            {
                GeneratedPart.Iova => IovaSequences,
                GeneratedPart.Iommu => IommuSequences,
                _ => Sequences,
            }).Value);

    /// <summary>The same on machines that are not the plain ones.</summary>
    public static Catch? FindOn(
        MutationGround ground, IEngine reference, IEngine suspect) =>
        First(
            reference,
            suspect,
            (ground == MutationGround.Guests ? GuestSequences : GrowingSequences).Value);

    private static Catch? First(
        IEngine reference, IEngine suspect, (string Origin, LoweredTrace Trace)[] sequences)
    {
        using LockStep lockStep = Kernels.Exactly(reference, suspect);
        for (int i = 0; i < sequences.Length; i++)
        {
            var (origin, trace) = sequences[i];
            if (lockStep.Run(trace).Divergence is { } found)
            {
                return new Catch(origin, i + 1, found.Signature, found.Fields);
            }
        }

        return null;
    }

    private static ConfigurationGenerator On(string configuration) =>
        new(Seed, [ConfigurationSettings.Parse(configuration)]);

    private static IEnumerable<(string Origin, LoweredTrace Trace)> Generate(
        GeneratedPart part, int count, ConfigurationGenerator? configurations = null)
    {
        var generator = new SequenceGenerator(Seed) { Parts = [part] };
        return Enumerable.Range(0, count).Select(i =>
        {
            Trace trace = generator.Generate((ulong)i);
            trace = configurations?.Apply((ulong)i, trace) ?? trace;
            return ($"sequence {i} of seed {Seed}", TraceLowering.Lower(trace));
        });
    }
}
