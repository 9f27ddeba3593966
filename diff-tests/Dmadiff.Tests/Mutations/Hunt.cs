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
    private const ulong Seed = 2;

    private static readonly Lazy<(string Origin, LoweredTrace Trace)[]> Sequences = new(() =>
    [
        .. Kernels.CorpusTraces(),
        .. Enumerable.Range(0, Generated).Select(i => (
            $"sequence {i} of seed {Seed}",
            TraceLowering.Lower(new SequenceGenerator(Seed).Generate((ulong)i)))),
    ]);

    /// <summary>The first difference, or null.</summary>
    public static Catch? Find(IEngine reference, IEngine suspect)
    {
        using LockStep lockStep = Kernels.Exactly(reference, suspect);
        for (int i = 0; i < Sequences.Value.Length; i++)
        {
            var (origin, trace) = Sequences.Value[i];
            if (lockStep.Run(trace).Divergence is { } found)
            {
                return new Catch(origin, i + 1, found.Signature, found.Fields);
            }
        }

        return null;
    }
}
