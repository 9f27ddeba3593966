// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Validation;

namespace Dmadiff.Cli.Validation;

/// <summary>What the standard workloads cost on the kernels of a series.</summary>
/// <param name="kernels">The kernels.</param>
internal sealed class Costs(SeriesKernels kernels)
{
    /// <summary>Below it a change is not worth a line.</summary>
    private const double Least = 0.01;

    private readonly Dictionary<int, IReadOnlyList<double?>> _known = [];

    /// <summary>Workloads whose cost a patch changes against the base, with both.</summary>
    /// <param name="stage">Number of the patch; its kernel builds.</param>
    public IReadOnlyList<Cost> Of(int stage) =>
    [
        .. StandardWorkload.All.Zip(Measure(0), Measure(stage))
            .Where(c => c is { Second: > 0, Third: > 0 })
            .Select(c => new Cost(c.First.Name, c.Second!.Value, c.Third!.Value))
            .Where(c => Math.Abs(c.Change) >= Least),
    ];

    private IReadOnlyList<double?> Measure(int stage)
    {
        if (!_known.TryGetValue(stage, out IReadOnlyList<double?>? costs))
        {
            var meter = new CostMeter((ICoveredEngine)kernels.Engine(stage, null));
            costs = [.. StandardWorkload.All.Select(meter.Measure)];
            _known.Add(stage, costs);
        }

        return costs;
    }
}
