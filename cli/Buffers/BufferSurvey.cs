// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Iommu;

namespace Dmadiff.Cli.Buffers;

/// <summary>What mappings of many sizes take, with buffers that stay mapped and without.
/// </summary>
internal sealed class BufferSurvey
{
    private readonly Dictionary<(BufferLayout, bool With, ulong Size), BufferFigures> _figures =
        [];

    /// <summary>The sizes: powers of two, up to the largest buffer there can be.</summary>
    public static IReadOnlyList<ulong> Sizes { get; } =
        [.. Enumerable.Range(12, 8).Select(shift => 1UL << shift)];

    /// <summary>Counts it all.</summary>
    public static BufferSurvey Make(CancellationToken cancel)
    {
        var survey = new BufferSurvey();
        foreach (BufferLayout layout in Enum.GetValues<BufferLayout>())
        {
            foreach (bool with in new[] { false, true })
            {
                using var run = new BufferRun(
                    with ? IommuProfile.IoBuffers : IommuProfile.V6_1, layout);
                foreach (ulong size in Sizes)
                {
                    cancel.ThrowIfCancellationRequested();
                    survey._figures.Add((layout, with, size), run.Measure(size));
                }
            }
        }

        return survey;
    }

    /// <summary>What was counted.</summary>
    public BufferFigures Of(BufferLayout layout, bool with, ulong size) =>
        _figures[(layout, with, size)];

    /// <summary>The smallest size at which copying costs more than the IOMMU, or null.</summary>
    public ulong? CrossoverOf(BufferLayout layout, BufferCosts costs) => Sizes
        .Where(size => Of(layout, true, size).Of(costs) > Of(layout, false, size).Of(costs))
        .Select(size => (ulong?)size)
        .FirstOrDefault();
}
