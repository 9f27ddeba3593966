// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;

namespace Dmadiff.Diff.Campaigns;

/// <summary>A kernel and the reference it is held against.</summary>
/// <param name="Kernel">The kernel's own C.</param>
/// <param name="Reference">The managed port with the profile that fits.</param>
public sealed record Contestant(IEngine Kernel, IEngine Reference);

/// <summary>
/// Who is compared with whom: every kernel exactly with its reference, and the first kernel
/// with each of the others by what a driver or device can see.
/// </summary>
public sealed class Contest : IDisposable
{
    private readonly IReadOnlyList<Contestant> _contestants;

    /// <summary>Sets it up, and owns the engines from now on.</summary>
    /// <param name="contestants">At least one.</param>
    public Contest(IReadOnlyList<Contestant> contestants)
    {
        _contestants = contestants;
        var engines = new List<IEngine>();
        var comparisons = new List<Comparison>();
        foreach (var contestant in contestants)
        {
            engines.Add(contestant.Kernel);
            engines.Add(contestant.Reference);
            comparisons.Add(new Comparison(engines.Count - 2, engines.Count - 1, new ExactJudge()));
        }

        for (var i = 1; i < contestants.Count; i++)
        {
            comparisons.Add(new Comparison(0, 2 * i, new BehaviourJudge()));
        }

        Engines = engines;
        LockStep = new LockStep(engines, comparisons, parallel: true);
    }

    /// <summary>All engines: each kernel, followed by its reference.</summary>
    public IReadOnlyList<IEngine> Engines { get; }

    /// <summary>Names of the kernels.</summary>
    public IEnumerable<string> Kernels => _contestants.Select(c => c.Kernel.Name);

    /// <summary>Runs and compares.</summary>
    public LockStep LockStep { get; }

    /// <summary>Whether a comparison is one of a kernel with its reference.</summary>
    /// <param name="comparison">Index in <see cref="LockStep.Comparisons"/>.</param>
    public bool IsExact(int comparison) => comparison < _contestants.Count;

    /// <summary>Whether an engine is a kernel's own C.</summary>
    /// <param name="engine">Index in <see cref="Engines"/>.</param>
    public static bool IsKernel(int engine) => engine % 2 == 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        LockStep.Dispose();
        foreach (var engine in Engines)
        {
            engine.Dispose();
        }
    }
}
