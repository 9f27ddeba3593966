// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Cli.Commands;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Campaigns;
using Dmadiff.Diff.Traces;
using Dmadiff.Diff.Validation;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Native;
using Dmadiff.KernelHarness.Running;
using Dmadiff.KernelHarness.Sources;
using Dmadiff.ManagedPort.Engine;

namespace Dmadiff.Cli;

/// <summary>A kernel that is ready to run.</summary>
/// <param name="Tree">Where it comes from.</param>
/// <param name="Build">The compiled library.</param>
/// <param name="Fit">The reference's profile for it.</param>
internal sealed record BuiltKernel(ISourceTree Tree, KernelBuild Build, ProfileFit Fit)
{
    /// <summary>The generation of the code that it is like, by what its headers have: the
    /// catalogue of known differences is kept by these names.</summary>
    public string Generation => CodeGeneration.Of(Build.Features);
}

/// <summary>What of a kernel can be compiled.</summary>
/// <param name="Tree">The kernel.</param>
/// <param name="UnitOrder">The kernel's files under test, whatever the configuration, in the
/// order they are told in.</param>
/// <param name="Checks">One for each configuration.</param>
internal sealed record CheckedKernel(
    ISourceTree Tree, IReadOnlyList<string> UnitOrder, IReadOnlyList<KernelCheck> Checks);

/// <summary>Finds, builds and loads kernels for the commands.</summary>
internal sealed class Workbench : IDisposable
{
    private readonly CacheDirectory _cache;
    private readonly Progress _progress;
    private readonly KernelSources _sources;
    private readonly SeriesTrees _series;
    private readonly KernelBuilder _builder;
    private readonly Isolation _isolation;
    private readonly Sandbox? _sandbox;
    private readonly string? _kconfig;
    private readonly bool _machineFrames;
    private readonly SortedSet<string> _switchedOn = new(StringComparer.Ordinal);
    private readonly Dictionary<ISourceTree, KernelBuilder> _own = [];

    /// <summary>Uses the cache of the user.</summary>
    /// <param name="progress">Told of whatever takes time.</param>
    /// <param name="isolation">How kernels are run; null for in this process.</param>
    /// <param name="kconfig">An option of the trees' own that is on, without CONFIG_; null for
    /// none.</param>
    /// <param name="machineFrames">Whether references are without swiotlb-xen.</param>
    /// <exception cref="UserErrorException">There is no sandbox.</exception>
    public Workbench(
        Progress progress,
        Isolation? isolation = null,
        string? kconfig = null,
        bool machineFrames = false)
    {
        _machineFrames = machineFrames;
        _kconfig = kconfig;
        _isolation = isolation ?? Isolation.None;
        _sandbox = _isolation.Sandboxed ? Sandbox.Require(CancellationToken.None) : null;
        _cache = CacheDirectory.ForUser();
        _progress = progress;
        _sources = new KernelSources(_cache, Console.Error);
        _series = new SeriesTrees(_sources, _cache);
        _builder = new KernelBuilder(
            _cache,
            variant: _isolation.Variant,
            sandbox: _sandbox);
    }

    /// <summary>Whether options of the configuration that a series adds are on.</summary>
    public bool SwitchesOn { get; init; }

    /// <summary>Those that are, of the kernels that were built.</summary>
    public IReadOnlyCollection<string> SwitchedOn => _switchedOn;

    /// <summary>What the series on the kernels that were built add.</summary>
    public IReadOnlyList<AddedSwitch> Switches => _series.Switches;

    /// <summary>The numbers on the command line that they add.</summary>
    public IReadOnlyList<AddedParameter> Parameters => _series.Parameters;

    /// <summary>What is known of the kernels that have names.</summary>
    public IReadOnlyList<KernelStatus> List(CancellationToken cancel) => _sources.List(cancel);

    /// <summary>Finds a revision: in the user's repository if there is one, and otherwise,
    /// or when it is not there but has the form of a name, among the named kernels.</summary>
    /// <exception cref="UserErrorException">There is no such kernel.</exception>
    private KernelRevision Find(string? tree, string revision, CancellationToken cancel)
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

    /// <summary>What the archive has of named kernels.</summary>
    /// <exception cref="UserErrorException">It cannot be reached.</exception>
    public IReadOnlyList<ArchivedKernel> ListArchive(CancellationToken cancel) =>
        _sources.ListArchive(cancel);

    /// <summary>Finds out what of kernels can be compiled, in each configuration.</summary>
    /// <exception cref="UserErrorException">One cannot be found.</exception>
    public IEnumerable<CheckedKernel> Check(
        KernelChoice choice,
        IReadOnlyList<KernelConfiguration> configurations,
        CancellationToken cancel)
    {
        foreach (ISourceTree tree in Find(choice, cancel))
        {
            var checks = new List<KernelCheck>();
            foreach (KernelConfiguration configuration in configurations)
            {
                _progress.Show($"compiling {tree.Name}, {configuration.Name}");
                checks.Add(_builder.Check(tree, configuration, cancel));
            }

            _progress.Clear();
            yield return new CheckedKernel(tree, _builder.TreeUnits, checks);
        }

        new CacheInventory(_cache).Prune(CacheInventory.DefaultLimitBytes, cancel);
    }

    /// <summary>Finds and compiles kernels.</summary>
    /// <exception cref="UserErrorException">One cannot be found or does not compile.</exception>
    public IReadOnlyList<BuiltKernel> Build(KernelChoice choice, CancellationToken cancel)
    {
        var kernels = new List<BuiltKernel>();
        foreach (ISourceTree tree in Find(choice, cancel))
        {
            _progress.Show($"building {tree.Name}");
            KernelBuild build = BuilderOf(tree).Build(tree, cancel);
            var fit = ProfileFit.For(build.Features);
            kernels.Add(new BuiltKernel(tree, build, _machineFrames ? fit.WithMachineFrames() : fit));
        }

        if (kernels.Any(k => k.Build.CompiledUnits > 0))
        {
            new CacheInventory(_cache).Prune(CacheInventory.DefaultLimitBytes, cancel);
        }

        _progress.Clear();
        return kernels;
    }

    /// <summary>Those configurations that all kernels build in; the others are told.</summary>
    public IReadOnlyList<ConfigurationSettings> WhatBuilds(
        IReadOnlyList<BuiltKernel> kernels,
        IReadOnlyList<ConfigurationSettings> choices,
        TextWriter output,
        CancellationToken cancel)
    {
        var good = new List<ConfigurationSettings>();
        foreach (ConfigurationSettings choice in choices)
        {
            try
            {
                foreach (BuiltKernel kernel in kernels)
                {
                    _progress.Show($"building {kernel.Tree.Name}, {choice.Configuration.Name}");
                    BuilderOf(kernel.Tree).Build(kernel.Tree, choice.Configuration, cancel);
                }

                good.Add(choice);
            }
            catch (KernelBuildException e) when (choices.Count > 1)
            {
                output.WriteLine($"left out: {e.Message}");
            }
        }

        _progress.Clear();
        return good;
    }

    /// <summary>Tells of kernels that are not simply held against the port.</summary>
    public static void WriteFits(TextWriter output, IEnumerable<BuiltKernel> kernels)
    {
        foreach (BuiltKernel kernel in kernels)
        {
            if (!kernel.Fit.IsExact)
            {
                string lines = string.Join('\n', kernel.Fit.Describe());
                output.WriteLine($"{kernel.Tree.Name}: {lines}");
                output.WriteLine();
            }
        }
    }

    /// <summary>Loads kernels.</summary>
    /// <param name="kernels">At least one, if there are no profiles.</param>
    /// <param name="cancel">Ends a build that turns out to be needed.</param>
    /// <param name="withReferences">Each with its reference, if it has one.</param>
    /// <param name="ports">Profiles of the reference that are run like kernels.</param>
    /// <exception cref="UserErrorException">One cannot be loaded.</exception>
    public Contest Load(
        IEnumerable<BuiltKernel> kernels,
        CancellationToken cancel,
        bool withReferences = true,
        IReadOnlyList<string>? ports = null) => new(
    [
        .. kernels.Select(k =>
            new Contestant(
                Load(k, cancel),
                withReferences && k.Fit.Profile is { } profile
                    ? new PortEngine(profile, k.Fit.Iova, k.Fit.Iommu)
                    : null)
            {
                Generation = k.Generation,
            }),
        .. (ports ?? []).Select(name => new Contestant(PortOption.Engine(name), null)),
    ]);

    /// <summary>Loads a kernel, as each trace wants it configured.</summary>
    public IEngine Load(BuiltKernel kernel, CancellationToken cancel) =>
        new ConfiguredEngine(kernel.Tree.Name, c => Load(kernel, c, cancel))
        {
            Lacks = kernel.Build.Lacks,
        };

    /// <summary>Loads a kernel as a machine wants it configured, after building it if need
    /// be. Engines run on threads of their own; builds do not run side by side, as each uses
    /// all CPUs.</summary>
    private IEngine Load(
        BuiltKernel kernel, KernelConfiguration configuration, CancellationToken cancel)
    {
        lock (_builder)
        {
            KernelBuild build = kernel.Build.Configuration == configuration
                ? kernel.Build
                : BuilderOf(kernel.Tree).Build(kernel.Tree, configuration, cancel);
            return _isolation.IsElsewhere
                ? new RunnerEngine(
                    build, _builder.BuildRunner(cancel), RunnerLimits.Default, _sandbox)
                : new NativeEngine(build);
        }
    }

    // What an option has compiled is each tree's own affair.
    private KernelBuilder BuilderOf(ISourceTree tree)
    {
        if ((_kconfig ?? (SwitchesOn ? _series.OptionOf(tree) : null)) is not { } option)
        {
            return _builder;
        }

        if (!_own.TryGetValue(tree, out KernelBuilder? builder))
        {
            builder = new KernelBuilder(
                _cache,
                variant: _isolation.Variant,
                sandbox: _sandbox,
                addition: KconfigAddition.Of(option, tree));
            _switchedOn.Add(option);
            _own.Add(tree, builder);
        }

        return builder;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _series.Dispose();
        _sources.Dispose();
    }

    /// <summary>Finds kernels, importing them if need be.</summary>
    /// <exception cref="UserErrorException">One cannot be found.</exception>
    public IEnumerable<ISourceTree> Find(KernelChoice choice, CancellationToken cancel)
    {
        if (choice.Source is { } source)
        {
            _progress.Show($"reading {source}");
            yield return _sources.OpenSource(source, cancel);
        }

        if (choice is { Series: { } alone, Revisions.Count: 0 })
        {
            _progress.Show($"applying {alone}");
            yield return _series.Open(alone, choice.Tree, null, cancel);
        }

        foreach (string name in choice.Revisions)
        {
            _progress.Show($"finding {name}");
            yield return choice.Series is { } series
                ? _series.Open(series, choice.Tree, name, cancel)
                : Find(choice.Tree, name, cancel);
        }
    }
}
