// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Native;
using Dmadiff.KernelHarness.Sources;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.Tests.Traces;
using Xunit;

namespace Dmadiff.Tests.RealKernels;

/// <summary>A kernel of the distribution, built.</summary>
/// <param name="Tree">Its sources.</param>
/// <param name="Build">Its library.</param>
/// <param name="Profile">The port's profile that follows it.</param>
public sealed record RealKernel(KernelRevision Tree, KernelBuild Build, SwiotlbProfile Profile);

/// <summary>
/// The distribution's kernels, from the user's cache: imported and built by whoever comes
/// first.
/// </summary>
public sealed class Kernels : IDisposable
{
    public const string Old = "debian/6.1";
    public const string New = "debian/6.12";
    private readonly KernelSources _sources;
    private readonly KernelBuilder _builder;
    private readonly Dictionary<string, RealKernel> _kernels;

    public Kernels()
    {
        var cache = CacheDirectory.ForUser();
        _sources = new KernelSources(cache, TextWriter.Null);
        _builder = new KernelBuilder(cache);
        _kernels = new Dictionary<string, RealKernel>(StringComparer.Ordinal)
        {
            [Old] = Make(Old, SwiotlbProfile.V6_1),
            [New] = Make(New, SwiotlbProfile.V6_12),
        };
    }

    public RealKernel this[string name] => _kernels[name];

    /// <summary>Machines of the kernel's own C and of its port.</summary>
    public (NativeEngine Native, PortEngine Port) Engines(string name) =>
        (new NativeEngine(this[name].Build), new PortEngine(this[name].Profile));

    /// <summary>A kernel in all its configurations, built as they are asked for.</summary>
    /// <param name="name">Old or New.</param>
    /// <param name="edit">What is different in it, or null.</param>
    internal ConfiguredEngine Configured(string name, SourceEdit? edit = null)
    {
        ISourceTree tree = this[name].Tree;
        tree = edit?.Apply(tree) ?? tree;
        return new ConfiguredEngine(name, configuration =>
            new NativeEngine(_builder.Build(tree, configuration, CancellationToken.None)));
    }

    /// <summary>Builds a kernel with an edit.</summary>
    internal KernelBuild Build(string name, SourceEdit edit) =>
        _builder.Build(edit.Apply(this[name].Tree), CancellationToken.None);

    /// <summary>The hand-written traces, by name.</summary>
    internal static IEnumerable<(string Name, LoweredTrace Trace)> CorpusTraces() =>
        Corpus.Files.Select(Lower);

    /// <summary>Those that are about other configurations.</summary>
    internal static IEnumerable<(string Name, LoweredTrace Trace)> ConfigurationTraces() =>
        Corpus.ConfigurationFiles.Select(Lower);

    private static (string Name, LoweredTrace Trace) Lower(string file) =>
        (Path.GetFileName(file), TraceLowering.Lower(TraceParser.ParseFile(file)));

    /// <summary>Has two engines compared in all there is.</summary>
    internal static LockStep Exactly(IEngine left, IEngine right) =>
        LockStep.FirstWithOthers([left, right], new ExactJudge());

    public void Dispose() => _sources.Dispose();

    private RealKernel Make(string name, SwiotlbProfile profile)
    {
        KernelRevision tree = _sources.Open(null, name, CancellationToken.None);
        return new RealKernel(tree, _builder.Build(tree, CancellationToken.None), profile);
    }
}

/// <summary>Tests that share the kernels, one after the other.</summary>
[CollectionDefinition(nameof(KernelsCollection))]
public sealed class KernelsCollection : ICollectionFixture<Kernels>;
