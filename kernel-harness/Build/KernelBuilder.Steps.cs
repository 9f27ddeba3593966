// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.KernelHarness.Export;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Build;

/// <content>The steps of a build, for those who build many revisions of one history.</content>
public sealed partial class KernelBuilder
{
    private const string TreeFolder = "{tree}/";
    private const string InputsSuffix = ".inputs";
    private const string FeaturesName = "features.txt";

    // What the kernel's own Makefile asks for.
    private static readonly string[] WarningFlags =
    [
        "-Wall", "-Wundef", "-Wvla", "-Wstrict-prototypes", "-Wdeclaration-after-statement",
        "-Wno-pointer-sign", "-Wno-address-of-packed-member", "-Wno-trigraphs",
        "-Wno-format-security", "-Wno-frame-address",
    ];

    /// <summary>The cache that builds are in.</summary>
    internal CacheDirectory Cache => _cache;

    /// <summary>The parts that a build may be without.</summary>
    internal IEnumerable<EngineCapabilities> Parts =>
        _plan.Groups.Select(g => g.Part).OfType<EngineCapabilities>().Distinct();

    /// <summary>Stands for all that goes into a build beside the tree.</summary>
    internal string HarnessKey(
        KernelConfiguration configuration, EngineCapabilities without)
    {
        using var hash = new ContentHash();
        return AddHarness(hash, configuration).Add(without.ToString()).Finish();
    }

    /// <summary>Writes a whole tree to the cache.</summary>
    internal string Export(ISourceTree tree, CancellationToken cancel) =>
        _exporter.Export(tree, UnitsOf(tree), cancel);

    /// <summary>Compiles a tree that was written to a folder.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="configuration">How it is configured.</param>
    /// <param name="without">Parts that nobody needs.</param>
    /// <param name="step">The folders.</param>
    /// <param name="cancel">Kills compilers.</param>
    /// <returns>Null when the folder lacks a file that is read.</returns>
    /// <exception cref="KernelBuildException">It does not compile.</exception>
    internal SteppedBuild? BuildStep(
        ISourceTree tree,
        KernelConfiguration configuration,
        EngineCapabilities without,
        StepFolders step,
        CancellationToken cancel)
    {
        HostLibrary host = Host(cancel);
        IReadOnlyList<string> found = _probes.Find(tree);
        BuildPaths paths = PrepareStep(FeatureProbes.Header(found), step);
        CompiledParts parts;
        try
        {
            parts = CompileParts(paths, configuration, without, step.Hashes, cancel);
        }
        catch (KernelBuildException e) when (!step.IsWhole && LacksFile(e))
        {
            return null;
        }

        if (!step.IsWhole && parts.Failures.Any(LacksFile))
        {
            return null;
        }

        using var hash = new ContentHash();
        string key = AddHarness(hash, configuration)
            .AddAll([.. parts.Objects.Select(o => Path.GetFileName(o))])
            .AddAll([.. parts.LeftOut.Select(l => l.ToString())])
            .Finish();
        _cache.Ensure(
            "builds/" + key,
            folder =>
            {
                Link(parts, paths, host, folder, cancel);
                File.WriteAllLines(Path.Combine(folder, FeaturesName), found);
            },
            cancel);
        return new SteppedBuild(
            key, InputsOf(parts.Objects, without), parts.Failures.Count == 0, parts.CompiledUnits);
    }

    /// <summary>What the compiler says of a file if it is asked to warn as the kernel's own
    /// build asks it; nothing of a file that is not compiled.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="file">Path in it.</param>
    /// <param name="step">The folders.</param>
    /// <param name="cancel">Kills the compiler.</param>
    internal IReadOnlyList<CompilerWarning> Warnings(
        ISourceTree tree, string file, StepFolders step, CancellationToken cancel)
    {
        if (_plan.FlagsOf(file) is not { } flags || tree.ContentId(file) is null)
        {
            return [];
        }

        BuildPaths paths = PrepareStep(FeatureProbes.Header(_probes.Find(tree)), step);
        IEnumerable<string> expanded = ConfigurationFlags
            .Expand(flags, KernelConfiguration.Default)
            .Where(f => f != "-w").Select(paths.Expand);
        ToolResult result = new BuildTools(paths, _sandbox).Run(
            Toolchain.Compiler,
            [
                .. expanded, .. WarningFlags, "-fdiagnostics-color=never", "-fsyntax-only",
                Path.Combine(paths.Tree, file),
            ],
            [],
            cancel);
        return [.. CompilerMessages.Warnings(result.Errors, paths)];
    }

    /// <summary>A build that is in the cache.</summary>
    /// <param name="key">Its name below builds/.</param>
    /// <param name="name">What reports call the kernel.</param>
    /// <param name="configuration">How it is configured.</param>
    /// <param name="compiled">Units that were compiled for it.</param>
    /// <param name="elapsed">How long that took.</param>
    /// <param name="cancel">Stops waiting.</param>
    internal KernelBuild Open(
        string key,
        string name,
        KernelConfiguration configuration,
        int compiled,
        TimeSpan elapsed,
        CancellationToken cancel)
    {
        string entry = "builds/" + key;

        // It is there: this notes that it is of use.
        _cache.Ensure(
            entry,
            _ => throw new UserErrorException("the cache was emptied meanwhile; run it again"),
            cancel);
        return new KernelBuild(
            name,
            key,
            _cache.PathOf(entry, LibraryName),
            Host(cancel).Library,
            File.ReadAllLines(_cache.PathOf(entry, FeaturesName))
                .ToHashSet(StringComparer.Ordinal),
            File.ReadAllLines(_cache.PathOf(entry, MissingName)),
            compiled,
            elapsed)
        {
            Configuration = configuration,
            LeftOut = LeftOutPart.Read(_cache.PathOf(entry, LeftOutPart.FileName)),
        };
    }

    private static bool LacksFile(KernelBuildException failure) =>
        failure.Log.Contains("No such file or directory", StringComparison.Ordinal);

    private ContentHash AddHarness(ContentHash hash, KernelConfiguration configuration) => hash
        .Add("history")
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
        .AddAll(_probes.Paths)
        .Add(Toolchain.Version);

    private BuildPaths PrepareStep(string features, StepFolders step)
    {
        AsmWrappers.Write(step.Source, _harness.Overlay, step.Scratch);
        string header = Path.Combine(step.Scratch, "include", "dmd_features.h");
        File.WriteAllText(header, features);
        step.Hashes.Forget(header);
        return new BuildPaths(step.Source, _harness.Folder, step.Scratch);
    }

    /// <summary>
    /// The tree's files that objects were made from, and those that might have been in their
    /// place: a header of include/ hides the one of that name in include/uapi/.
    /// </summary>
    private List<string> InputsOf(IEnumerable<string> objects, EngineCapabilities without)
    {
        const string uapi = "include/uapi/";
        var files = new SortedSet<string>(_probes.Paths, StringComparer.Ordinal);
        files.UnionWith(_plan.NeededTreeUnits);
        if (!Parts.All(part => without.HasFlag(part)))
        {
            files.UnionWith(_plan.OptionalTreeUnits);
        }

        foreach (string unit in objects)
        {
            files.UnionWith(File.ReadLines(Path.ChangeExtension(unit, InputsSuffix))
                .Where(l => l.StartsWith(TreeFolder, StringComparison.Ordinal))
                .Select(l => l[TreeFolder.Length..]));
        }

        files.UnionWith(files
            .Where(f => f.StartsWith(uapi, StringComparison.Ordinal))
            .Select(f => "include/" + f[uapi.Length..])
            .ToList());
        return [.. files];
    }
}

/// <summary>Where one step is done.</summary>
/// <param name="Source">The kernel's files.</param>
/// <param name="Scratch">A folder of one's own, the same for all trees of a history.</param>
/// <param name="Hashes">Hashes of files in either.</param>
/// <param name="IsWhole">Whether the source has all files that may be read.</param>
internal sealed record StepFolders(
    string Source, string Scratch, FileHashes Hashes, bool IsWhole);

/// <summary>What came of one step.</summary>
/// <param name="Key">Name of the build below builds/.</param>
/// <param name="Files">The tree's files that its objects were made from; sorted.</param>
/// <param name="IsComplete">Whether no part is left out: of one that is, it is not known what
/// was read.</param>
/// <param name="CompiledUnits">Units that had to be compiled.</param>
internal sealed record SteppedBuild(
    string Key, IReadOnlyList<string> Files, bool IsComplete, int CompiledUnits);
