// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Campaigns;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Native;
using Dmadiff.KernelHarness.Sources;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.KernelDma;

namespace Dmadiff.Cli;

/// <summary>A kernel that is ready to run.</summary>
/// <param name="Revision">Where it comes from.</param>
/// <param name="Build">The compiled library.</param>
/// <param name="Profile">The reference's profile that fits it.</param>
internal sealed record BuiltKernel(
    KernelRevision Revision, KernelBuild Build, SwiotlbProfile Profile);

/// <summary>Finds, builds and loads kernels for the commands.</summary>
internal sealed class Workbench : IDisposable
{
    private readonly CacheDirectory _cache;
    private readonly Progress _progress;
    private readonly KernelSources _sources;
    private readonly KernelBuilder _builder;

    /// <summary>Uses the cache of the user.</summary>
    /// <param name="progress">Told of whatever takes time.</param>
    public Workbench(Progress progress)
    {
        _cache = CacheDirectory.ForUser();
        _progress = progress;
        _sources = new KernelSources(_cache, Console.Error);
        _builder = new KernelBuilder(_cache);
    }

    /// <summary>What is known of the kernels that have names.</summary>
    public IReadOnlyList<KernelStatus> List(CancellationToken cancel) => _sources.List(cancel);

    /// <summary>Finds a revision: in the user's repository if there is one, and otherwise,
    /// or when it is not there but has the form of a name, among the named kernels.</summary>
    /// <exception cref="UserErrorException">There is no such kernel.</exception>
    public KernelRevision Find(string? tree, string revision, CancellationToken cancel)
    {
        if (tree is not null && KernelPackage.FromName(revision) is { } package)
        {
            try
            {
                return _sources.Open(tree, revision, cancel);
            }
            catch (UserErrorException)
            {
                return _sources.Open(package, cancel);
            }
        }

        return _sources.Open(tree, revision, cancel);
    }

    /// <summary>Finds and compiles kernels.</summary>
    /// <exception cref="UserErrorException">One cannot be found or does not compile.</exception>
    public IReadOnlyList<BuiltKernel> Build(
        string? tree, IEnumerable<string> revisions, CancellationToken cancel)
    {
        var kernels = new List<BuiltKernel>();
        foreach (string name in revisions)
        {
            _progress.Show($"finding {name}");
            KernelRevision revision = Find(tree, name, cancel);
            _progress.Show($"building {name}");
            KernelBuild build = _builder.Build(revision, cancel);
            kernels.Add(new BuiltKernel(revision, build, ProfileFor(build)));
        }

        if (kernels.Any(k => k.Build.CompiledUnits > 0))
        {
            new CacheInventory(_cache).Prune(CacheInventory.DefaultLimitBytes, cancel);
        }

        _progress.Clear();
        return kernels;
    }

    /// <summary>Loads kernels, each with its reference.</summary>
    public static Contest Load(IEnumerable<BuiltKernel> kernels) => new(
    [
        .. kernels.Select(k =>
            new Contestant(new NativeEngine(k.Build), new PortEngine(k.Profile))),
    ]);

    /// <inheritdoc/>
    public void Dispose() => _sources.Dispose();

    /// <summary>The tree's own headers tell which profile it is like, not its version.</summary>
    private static SwiotlbProfile ProfileFor(KernelBuild build) =>
        build.Features.Contains("DMD_HAVE_IO_TLB_POOL")
            ? SwiotlbProfile.V6_12
            : SwiotlbProfile.V6_1;
}
