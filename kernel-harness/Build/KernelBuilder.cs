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
            string host = new HostLibraryBuilder(_cache, _plan, _harness).Build(cancel);
            IReadOnlyList<string> found = _probes.Find(tree);
            string features = FeatureProbes.Header(found);
            string key = KeyOf(tree, configuration, features);
            string entry = "builds/" + key;
            int compiled = 0;
            _cache.Ensure(
                entry,
                folder => compiled = Make(tree, configuration, features, host, folder, cancel),
                cancel);
            return new KernelBuild(
                tree.Name,
                key,
                _cache.PathOf(entry, LibraryName),
                host,
                found.ToHashSet(StringComparer.Ordinal),
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
            .Add(Toolchain.Version)
            .Finish();
    }

    private int Make(
        ISourceTree tree,
        KernelConfiguration configuration,
        string features,
        string host,
        string folder,
        CancellationToken cancel)
    {
        string source = _exporter.Export(tree, UnitsOf(tree), cancel);
        BuildPaths paths = Prepare(source, features, folder);
        CompiledParts parts = CompileParts(
            paths, configuration, EngineCapabilities.None, new FileHashes(), cancel);
        Link(parts, paths, host, folder, cancel);
        return parts.CompiledUnits;
    }

    private void Link(
        CompiledParts parts,
        BuildPaths paths,
        string host,
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

    /// <summary>Compiles all units, and for a part that is not wanted, or of which one does
    /// not compile, those that take its place.</summary>
    private CompiledParts CompileParts(
        BuildPaths paths,
        KernelConfiguration configuration,
        EngineCapabilities without,
        FileHashes hashes,
        CancellationToken cancel)
    {
        UnitOutcome[] units = Compile(
            [
                .. _plan.GroupsOf(configuration)
                    .Where(g => g.Part is not { } part || !without.HasFlag(part)),
            ],
            paths,
            configuration,
            hashes,
            stopAtFailure: true,
            cancel);
        ThrowFirst(units.Where(u => u.Part is null));
        LeftOutPart[] leftOut =
        [
            .. units.Where(u => u.Failure is not null)
                .DistinctBy(u => u.Part)
                .Select(u => new LeftOutPart(
                    u.Part!.Value, $"{_plan.NameOf(u.Unit)}: {u.Failure!.Message}")),
            .. Parts.Where(part => without.HasFlag(part))
                .Select(part => new LeftOutPart(part, "not asked for")),
        ];
        var parts = leftOut.Select(l => l.Part).ToHashSet();
        UnitOutcome[] instead = parts.Count == 0
            ? []
            : Compile(
                [
                    .. _plan.GroupsOf(configuration)
                        .Where(g => g.Part is { } part && parts.Contains(part))
                        .Select(g => g with { Units = g.Otherwise, Part = null }),
                ],
                paths,
                configuration,
                hashes,
                stopAtFailure: true,
                cancel);
        ThrowFirst(instead);
        UnitOutcome[] linked =
            [.. units.Where(u => u.Part is not { } part || !parts.Contains(part)), .. instead];
        return new CompiledParts(
            [.. linked.Select(u => u.Unit)],
            [.. linked.Select(u => u.Object!)],
            leftOut,
            [.. units.Select(u => u.Failure).OfType<KernelBuildException>()],
            units.Concat(instead).Count(u => u.Compiled));
    }

    /// <summary>The files under test that the tree has, of those that it may lack.</summary>
    private IReadOnlyList<string> UnitsOf(ISourceTree tree) =>
    [
        .. _plan.NeededTreeUnits,
        .. _plan.OptionalTreeUnits.Where(u => tree.ContentId(u) is not null),
    ];

    private static void ThrowFirst(IEnumerable<UnitOutcome> units)
    {
        if (units.FirstOrDefault(u => u.Failure is not null)?.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Writes the headers that are made for this tree.</summary>
    private BuildPaths Prepare(string source, string features, string folder)
    {
        AsmWrappers.Write(source, _harness.Overlay, folder);
        File.WriteAllText(Path.Combine(folder, "include", "dmd_features.h"), features);
        return new BuildPaths(source, _harness.Folder, folder);
    }

    private UnitOutcome[] CompileAll(
        BuildPaths paths,
        KernelConfiguration configuration,
        FileHashes hashes,
        bool stopAtFailure,
        CancellationToken cancel) =>
        Compile(
            _plan.GroupsOf(configuration), paths, configuration, hashes, stopAtFailure, cancel);

    private UnitOutcome[] Compile(
        IReadOnlyList<UnitGroup> groups,
        BuildPaths paths,
        KernelConfiguration configuration,
        FileHashes hashes,
        bool stopAtFailure,
        CancellationToken cancel)
    {
        var objects = new ObjectCache(_cache, paths, hashes);
        string headers = _harness.HeaderNames();
        var tools = new BuildTools(paths, _sandbox);
        (string Unit, EngineCapabilities? Part, UnitCompiler Compiler)[] units =
        [
            .. groups.SelectMany(group => group.Units.Select(unit => (
                unit,
                group.Part,
                new UnitCompiler(
                    paths,
                    ConfigurationFlags.Expand(_plan.FlagsOf(group, unit), configuration),
                    headers,
                    objects,
                    tools,
                    _plan.NameOf(unit))))),
        ];
        var done = new UnitOutcome[units.Length];
        int firstFailure = units.Length;
        var options = new ParallelOptions
        {
            CancellationToken = cancel,
            MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount),
        };
        Parallel.For(0, units.Length, options, i =>
        {
            (string unit, EngineCapabilities? part, UnitCompiler compiler) = units[i];
            done[i] = new UnitOutcome(unit, part, null, false, null);

            // Which unit fails first is a matter of luck, but the first in order is named:
            // those before a failed one still run.
            if (stopAtFailure && i > Volatile.Read(ref firstFailure))
            {
                return;
            }

            try
            {
                (string path, bool compiled) = compiler.Compile(unit, i, cancel);
                done[i] = new UnitOutcome(unit, part, path, compiled, null);
            }
            catch (UserErrorException e)
            {
                done[i] = new UnitOutcome(unit, part, null, false, e);
                if (part is null)
                {
                    Volatile.Write(ref firstFailure, Math.Min(i, firstFailure));
                }
            }
        });
        return done;
    }

    /// <summary>All that is linked to a library.</summary>
    /// <param name="Units">As in the plan, in order.</param>
    /// <param name="Objects">What they were compiled to.</param>
    /// <param name="LeftOut">Parts of the kernel that are not in it.</param>
    /// <param name="Failures">Why they are not.</param>
    /// <param name="CompiledUnits">Units that had to be compiled.</param>
    private sealed record CompiledParts(
        IReadOnlyList<string> Units,
        IReadOnlyList<string> Objects,
        IReadOnlyList<LeftOutPart> LeftOut,
        IReadOnlyList<KernelBuildException> Failures,
        int CompiledUnits);

    /// <summary>What came of a unit.</summary>
    /// <param name="Unit">As in the plan.</param>
    /// <param name="Part">The part it belongs to; null when every build needs it.</param>
    /// <param name="Object">Path of the object; null when it failed or was not tried.</param>
    /// <param name="Compiled">False when the object was there.</param>
    /// <param name="Failure">Why it failed.</param>
    private sealed record UnitOutcome(
        string Unit,
        EngineCapabilities? Part,
        string? Object,
        bool Compiled,
        UserErrorException? Failure);
}
