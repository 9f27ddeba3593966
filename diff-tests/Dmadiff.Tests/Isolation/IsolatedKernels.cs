// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Native;
using Dmadiff.KernelHarness.Running;
using Dmadiff.KernelHarness.Sources;
using Dmadiff.Tests.RealKernels;
using Xunit;

namespace Dmadiff.Tests.Isolation;

/// <summary>The distribution's kernels, each in a process of its own.</summary>
public sealed class IsolatedKernels : IDisposable
{
    public const string Old = Kernels.Old;
    public const string New = Kernels.New;

    private readonly CacheDirectory _cache = CacheDirectory.ForUser();
    private readonly KernelSources _sources;

    public IsolatedKernels() => _sources = new KernelSources(_cache, TextWriter.Null);

    /// <summary>A bounced mapping, read and ended: operations 1 to 3.</summary>
    internal static LoweredTrace Simple { get; } = Lower("""
        dmadiff-trace 1
        cmdline swiotlb=512,1,force
        device d0 dma_mask=32
        buffer b0 size=64K
        fill b0+0 64K seed=7
        map m0 d0 b0+0x10 5000 bidirectional
        dev_read m0+0 5000
        unmap m0
        """);

    internal static LoweredTrace Lower(string text) =>
        TraceLowering.Lower(TraceParser.Parse(text));

    public KernelRevision Tree(string name) => _sources.Open(null, name, CancellationToken.None);

    /// <summary>A kernel with statements before a place of swiotlb_bounce() that every copy
    /// passes, and perhaps text at the end of the file.</summary>
    internal EditedTree Edited(string name, string statements, string after = "")
    {
        KernelRevision tree = Tree(name);
        var edit = new SourceEdit("swiotlb_bounce", @"if \(orig_addr ==", statements + " $0");
        return new EditedTree(tree, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [SourceEdit.Swiotlb] = edit.Text(tree) + after,
        });
    }

    internal KernelBuild Build(
        ISourceTree tree, BuildVariant variant = BuildVariant.Plain, Sandbox? sandbox = null) =>
        Builder(variant, sandbox).Build(tree, CancellationToken.None);

    internal RunnerEngine Load(
        ISourceTree tree,
        BuildVariant variant = BuildVariant.Plain,
        RunnerLimits? limits = null,
        Sandbox? sandbox = null) =>
        new(
            Build(tree, variant, sandbox),
            Builder(variant, sandbox).BuildRunner(CancellationToken.None),
            limits ?? RunnerLimits.Default,
            sandbox);

    /// <summary>A kernel that is configured as a trace asks, in a process of its own.</summary>
    internal RunnerEngine LoadFor(ISourceTree tree, LoweredTrace trace)
    {
        KernelBuilder builder = Builder(BuildVariant.Plain, null);
        return new RunnerEngine(
            builder.Build(tree, trace.Setup.Configuration, CancellationToken.None),
            builder.BuildRunner(CancellationToken.None),
            RunnerLimits.Default);
    }

    public void Dispose() => _sources.Dispose();

    private KernelBuilder Builder(BuildVariant variant, Sandbox? sandbox) =>
        new(_cache, null, variant, sandbox);
}

/// <summary>Tests that share them, one after the other.</summary>
[CollectionDefinition(nameof(IsolationCollection))]
public sealed class IsolationCollection : ICollectionFixture<IsolatedKernels>;
