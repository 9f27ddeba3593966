// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Validation;

namespace Dmadiff.Cli.Validation;

/// <summary>What a kernel of a series did with all exercises, whatever was switched on.</summary>
/// <param name="Record">What it did; its counters are those without an option of the
/// configuration.</param>
/// <param name="Switched">What it did with such an option on.</param>
internal sealed record StageRecord(
    KernelRecord Record, IReadOnlyList<(AddedSwitch With, KernelRecord Record)> Switched)
{
    /// <summary>Which lines ran.</summary>
    /// <param name="stage">Number of the patch.</param>
    /// <param name="kernels">The kernels.</param>
    public LineCoverage Coverage(int stage, SeriesKernels kernels)
    {
        var coverage = new LineCoverage();
        coverage.Add(kernels.Coverage(stage, null), Record.Counters);
        foreach (var (with, record) in Switched)
        {
            coverage.Add(kernels.Coverage(stage, with), record.Counters);
        }

        return coverage;
    }
}
