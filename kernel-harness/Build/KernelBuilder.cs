// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Dmadiff.Bindings;
using Dmadiff.KernelHarness.Coverage;
using Dmadiff.KernelHarness.Export;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Build;

/// <summary>
/// Compiles the units under test of any kernel tree, with this project's services, to a
/// shared library. Whatever was built before is found in the cache.
/// </summary>
public sealed partial class KernelBuilder
{
    private const string LibraryName = "kernel.so";
    private const string MissingName = "missing_services.txt";
    private readonly CacheDirectory _cache;
    private readonly HarnessSources _harness;
    private readonly BuildPlan _plan;
    private readonly FeatureProbes _probes;
    private readonly TreeExporter _exporter;
    private readonly Sandbox? _sandbox;
    private readonly KconfigAddition? _addition;

    /// <summary>Prepares builds.</summary>
    /// <param name="cache">Keeps trees, objects and libraries.</param>
    /// <param name="harnessFolder">The folder with build.json and the C it names; null for
    /// the one that comes with the program.</param>
    /// <exception cref="UserErrorException">The folder is not as it should be.</exception>
    /// <param name="variant">How all that it builds is compiled.</param>
    /// <param name="sandbox">Where compilers run; null for nowhere special.</param>
    /// <param name="addition">An option that is on in all that it builds, or null.</param>
    public KernelBuilder(
        CacheDirectory cache,
        string? harnessFolder = null,
        BuildVariant variant = BuildVariant.Plain,
        Sandbox? sandbox = null,
        KconfigAddition? addition = null)
    {
        _cache = cache;
        _harness = HarnessSources.Read(
            harnessFolder ?? Path.Combine(AppContext.BaseDirectory, "kernel-harness"));
        BuildPlan plan = BuildPlan.Load(_harness.Plan).For(variant);
        _plan = addition is null ? plan : plan.With(addition);
        _sandbox = sandbox;
        _addition = addition;
        _probes = FeatureProbes.Load(_harness.Probes);
        _exporter = new TreeExporter(cache);
    }

    /// <summary>The compiler and what it compiles for: "gcc (Debian 12.2.0-14) 12.2.0,
    /// x86_64-linux-gnu".</summary>
    /// <exception cref="UserErrorException">There is no compiler.</exception>
    public static string Compiler => Toolchain.Version.Replace("\n", ", ");

    /// <summary>Compiles the program that holds a kernel of this variant, unless the cache has
    /// it.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="KernelBuildException">It does not compile.</exception>
    public string BuildRunner(CancellationToken cancel) =>
        new RunnerBuilder(_cache, _plan, _harness).Build(cancel);

    /// <summary>Builds a kernel as it is configured by default, unless the cache has it.
    /// </summary>
    /// <exception cref="KernelBuildException">It does not compile.</exception>
    /// <exception cref="UserErrorException">It lacks one of the files under test.</exception>
    public KernelBuild Build(ISourceTree tree, CancellationToken cancel) =>
        Build(tree, KernelConfiguration.Default, cancel);

    /// <summary>Builds a kernel, unless the cache has it.</summary>
    /// <exception cref="KernelBuildException">It does not compile.</exception>
    /// <exception cref="UserErrorException">It lacks one of the files under test.</exception>
    public KernelBuild Build(
        ISourceTree tree, KernelConfiguration configuration, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            IReadOnlyList<string> found = _probes.Find(tree);
            string features = FeatureProbes.Header(found);
            string key = KeyOf(tree, configuration, features);
            string entry = "builds/" + key;
            int compiled = 0;
            _cache.Ensure(
                entry,
                folder => compiled = Make(tree, configuration, features, folder, cancel),
                cancel);
            return new KernelBuild(
                tree.Name,
                key,
                _cache.PathOf(entry, LibraryName),
                Host(cancel).Library,
                (_addition is null ? found : found.Append(_addition.Feature))
                    .ToHashSet(StringComparer.Ordinal),
                File.ReadAllLines(_cache.PathOf(entry, MissingName)),
                compiled,
                watch.Elapsed)
            {
                Configuration = configuration,
                LeftOut = LeftOutPart.Read(_cache.PathOf(entry, LeftOutPart.FileName)),
            };
        }
        catch (KernelBuildException e)
        {
            string how = configuration.IsDefault ? string.Empty : $" as {configuration.Name}";
            throw new KernelBuildException(
                $"{tree.Name} does not build{how}: {e.Message}", e.Log);
        }
    }

    private string KeyOf(
        ISourceTree tree, KernelConfiguration configuration, string features)
    {
        using var hash = new ContentHash();
        return hash
            .Add(TreeExporter.KeyOf(tree, UnitsOf(tree)))
            .Add(features)
            .Add(_harness.Hash)
            .AddAll(ConfigurationFlags.Expand(_plan.Flags, configuration))
            .AddAll(
            [
                .. _plan.Groups.SelectMany(
                    g => ConfigurationFlags.Expand(g.Flags, configuration)
                        .Concat(g.Units)
                        .Concat(g.Otherwise)
                        .Append(g.Part.ToString()!)),
            ])
            .AddAll(_plan.TestedFlags)
            .AddAll(_plan.LinkFlags)
            .AddAll(_plan.LibcSymbols)
            .AddAll(_plan.MissingServices)
            .Add(Toolchain.Version)
            .Finish();
    }

    /// <summary>What all kernels are linked with.</summary>
    private HostLibrary Host(CancellationToken cancel) =>
        new HostLibraryBuilder(_cache, _plan, _harness).Build(cancel);

    private int Make(
        ISourceTree tree,
        KernelConfiguration configuration,
        string features,
        string folder,
        CancellationToken cancel)
    {
        string source = string.Empty;
        HostLibrary? host = null;
        AllOf(
            () => source = _exporter.Export(tree, UnitsOf(tree), cancel),
            () => host = Host(cancel));
        BuildPaths paths = Prepare(source, features, folder);
        CompiledParts parts = CompileParts(
            paths, configuration, EngineCapabilities.None, new FileHashes(), cancel);
        Link(parts, paths, host!, folder, cancel);
        return parts.CompiledUnits;
    }

    /// <summary>Does several things at a time; what the first that fails throws comes out.
    /// </summary>
    private static void AllOf(params Action[] actions)
    {
        try
        {
            Parallel.Invoke(actions);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private void Link(
        CompiledParts parts,
        BuildPaths paths,
        HostLibrary host,
        string folder,
        CancellationToken cancel)
    {
        // In the sandbox the linker may write to the folder of the build and to no other.
        string library = Path.Combine(paths.Build, LibraryName);
        IReadOnlyList<string> missing = new KernelLinker(
            paths, _plan, new BuildTools(paths, _sandbox)).Link(
            parts.Objects, host, library, cancel);
        File.Move(library, Path.Combine(folder, LibraryName), overwrite: true);
        File.WriteAllLines(Path.Combine(folder, MissingName), missing);
        CoverageNotes.Gather(parts.Objects, Path.Combine(folder, CoverageNotes.FileName));
        LeftOutPart.Write(Path.Combine(folder, LeftOutPart.FileName), parts.LeftOut);
    }

    /// <summary>The files under test that the tree has, of those that it may lack.</summary>
    private IReadOnlyList<string> UnitsOf(ISourceTree tree) =>
    [
        .. _plan.NeededTreeUnits,
        .. _plan.OptionalTreeUnits.Where(u => tree.ContentId(u) is not null),
    ];

    /// <summary>Writes the headers that are made for this tree.</summary>
    private BuildPaths Prepare(string source, string features, string folder)
    {
        AsmWrappers.Write(source, _harness.Overlay, folder);
        File.WriteAllText(Path.Combine(folder, "include", "dmd_features.h"), features);
        return new BuildPaths(source, _harness.Folder, folder);
    }
}
