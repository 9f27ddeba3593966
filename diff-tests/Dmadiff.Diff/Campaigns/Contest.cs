// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Differences;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;

namespace Dmadiff.Diff.Campaigns;

/// <summary>A kernel and the reference it is held against.</summary>
/// <param name="Kernel">The kernel's own C.</param>
/// <param name="Reference">The managed port with the profile that fits; null when there is
/// none, and the kernel is compared with other kernels alone.</param>
public sealed record Contestant(IEngine Kernel, IEngine? Reference)
{
    private const string Port = "port ";

    /// <summary>The generation of the code that the kernel is like, such as "6.12", or null:
    /// by default the one that the reference follows.</summary>
    public string? Generation { get; init; } =
        Reference is { } reference && reference.Name.StartsWith(Port, StringComparison.Ordinal)
            ? reference.Name[Port.Length..]
            : null;
}

/// <summary>
/// Who is compared with whom: every kernel exactly with its reference, and the first kernel
/// with each of the others by what a driver or device can see.
/// </summary>
public sealed class Contest : IDisposable
{
    private readonly IReadOnlyList<Contestant> _contestants;
    private readonly List<int> _kernels = [];
    private readonly int _exact;

    /// <summary>Sets it up, and owns the engines from now on.</summary>
    /// <param name="contestants">At least one.</param>
    public Contest(IReadOnlyList<Contestant> contestants)
    {
        _contestants = contestants;
        var engines = new List<IEngine>();
        var comparisons = new List<Comparison>();
        foreach (var contestant in contestants)
        {
            _kernels.Add(engines.Count);
            engines.Add(contestant.Kernel);
            if (contestant.Reference is { } reference)
            {
                engines.Add(reference);
                comparisons.Add(
                    new Comparison(engines.Count - 2, engines.Count - 1, new ExactJudge()));
            }
        }

        _exact = comparisons.Count;
        comparisons.AddRange(_kernels.Skip(1).Select(
            other => new Comparison(_kernels[0], other, new BehaviourJudge())));

        Engines = engines;
        LockStep = new LockStep(engines, comparisons, parallel: true);
    }

    /// <summary>All engines: each kernel, followed by its reference if it has one.</summary>
    public IReadOnlyList<IEngine> Engines { get; }

    /// <summary>Names of the kernels.</summary>
    public IEnumerable<string> Kernels => _contestants.Select(c => c.Kernel.Name);

    /// <summary>Names of the kernels that have a reference, each with its reference's.</summary>
    public IEnumerable<(string Kernel, string Reference)> Exact => _contestants
        .Where(c => c.Reference is not null)
        .Select(c => (c.Kernel.Name, c.Reference!.Name));

    /// <summary>Runs and compares.</summary>
    public LockStep LockStep { get; }

    /// <summary>Whether a comparison is one of a kernel with its reference.</summary>
    /// <param name="comparison">Index in <see cref="LockStep.Comparisons"/>.</param>
    public bool IsExact(int comparison) => comparison < _exact;

    /// <summary>What is known of the differences that a comparison of two kernels may show;
    /// empty when nothing is, or when it is no such comparison.</summary>
    /// <param name="comparison">Index in <see cref="LockStep.Comparisons"/>.</param>
    public IReadOnlyList<KnownDifference> CatalogueOf(int comparison) => IsExact(comparison)
        ? []
        : DifferenceCatalogue.For(
            _contestants[0].Generation, _contestants[comparison - _exact + 1].Generation);

    /// <summary>Whether an engine is a kernel's own C.</summary>
    /// <param name="engine">Index in <see cref="Engines"/>.</param>
    public bool IsKernel(int engine) => _kernels.Contains(engine);

    /// <summary>The engine that a kernel is held against, or null.</summary>
    /// <param name="kernel">Index of the kernel in <see cref="Engines"/>.</param>
    public int? ReferenceEngine(int kernel) =>
        kernel + 1 < Engines.Count && !IsKernel(kernel + 1) ? kernel + 1 : null;

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
