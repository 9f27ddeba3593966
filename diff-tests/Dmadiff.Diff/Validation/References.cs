// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Validation;

/// <summary>With what the outcome of a sequence on a kernel is compared: that of the newest
/// kernel before it whose machine got to the end.</summary>
/// <param name="exercises">What all are given.</param>
/// <param name="records">Of the base and the kernel after each patch; null for one that could
/// not be run.</param>
public sealed class References(
    IReadOnlyList<Exercise> exercises, IReadOnlyList<KernelRecord?> records)
{
    /// <summary>What a kernel did with a sequence, or null.</summary>
    /// <param name="stage">Number of the patch; 0 for the base.</param>
    /// <param name="exercise">Index of the sequence.</param>
    public TraceRecord? Of(int stage, int exercise) => exercises[exercise].IsFor(stage)
        ? records[stage]?.Traces[exercise]
        : null;

    /// <summary>Whether any kernel before a patch shows a defect on a sequence.</summary>
    /// <param name="stage">Number of the patch.</param>
    /// <param name="exercise">Index of the sequence.</param>
    /// <param name="defect">The defect.</param>
    public bool Showed(int stage, int exercise, Defect defect) =>
        Enumerable.Range(0, stage).Any(before => Of(before, exercise)?.Has(defect) == true);

    /// <summary>Whether any kernel before a patch had some outcome of a sequence.</summary>
    /// <param name="stage">Number of the patch.</param>
    /// <param name="exercise">Index of the sequence.</param>
    /// <param name="digest">The outcome.</param>
    public bool Did(int stage, int exercise, ulong digest) =>
        Enumerable.Range(0, stage).Any(before => Of(before, exercise)?.Digest == digest);

    /// <summary>The kernel and the sequence to compare with; null when there is none.</summary>
    /// <param name="stage">Number of the patch.</param>
    /// <param name="exercise">Index of the sequence.</param>
    public (int Stage, int Exercise)? Find(int stage, int exercise)
    {
        (int, int)? crashed = null;
        for (var before = stage - 1; before >= 0; before--)
        {
            if (Of(before, exercise) is { } record)
            {
                if (!record.Crashed)
                {
                    return (before, exercise);
                }

                crashed ??= (before, exercise);
            }
        }

        var plain = exercises[exercise].Plain;
        return plain >= 0 && Of(stage, plain) is not null ? (stage, plain) : crashed;
    }
}
