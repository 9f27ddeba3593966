// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Differences;

/// <summary>Differences between two revisions that look like one change.</summary>
/// <param name="Known">The change, or null when the catalogue has none.</param>
/// <param name="Symptoms">How it shows, the most frequent first; one without a known change.
/// </param>
/// <param name="Minimal">The smallest trace that shows it.</param>
/// <param name="Details">What that trace shows: both outcomes.</param>
public sealed record DifferenceGroup(
    KnownDifference? Known,
    IReadOnlyList<Symptom> Symptoms,
    Trace Minimal,
    DivergenceDetails Details)
{
    /// <summary>Sequences that showed it first.</summary>
    public int Count => Symptoms.Sum(symptom => symptom.Count);

    /// <summary>A short name: the catalogue's, or the symptom.</summary>
    public string Title => Known?.Id ?? Effect ?? Symptoms[0].Signature.ToString();

    /// <summary>What it comes to, in a few words; null to go by the symptom.</summary>
    public string? Effect { get; init; }

    /// <summary>Whether there is a catalogue of what is known of the two revisions.</summary>
    public bool IsCatalogued { get; init; }
}

/// <summary>A way in which a difference shows.</summary>
/// <param name="Signature">What the sequences have in common.</param>
/// <param name="Count">How many they are.</param>
public sealed record Symptom(DivergenceSignature Signature, int Count);
