// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Validation;

namespace Dmadiff.Cli.Validation;

/// <summary>What a kernel of a series did with all exercises, in whatever way it was compiled.
/// </summary>
/// <param name="Record">What it did with each; without counters.</param>
/// <param name="Ways">What it did in each way, with one of the exercises for it.</param>
internal sealed record StageRecord(
    KernelRecord Record, IReadOnlyList<(Exercise First, KernelRecord Record)> Ways)
{
    /// <summary>Which lines ran.</summary>
    /// <param name="stage">Number of the patch.</param>
    /// <param name="kernels">The kernels.</param>
    public LineCoverage Coverage(int stage, SeriesKernels kernels)
    {
        var coverage = new LineCoverage();
        foreach (var (first, record) in Ways.Where(w => w.Record.Counters.Count > 0))
        {
            coverage.Add(
                kernels.Coverage(stage, first.Kconfig, first.Lowered), record.Counters);
        }

        return coverage;
    }
}
