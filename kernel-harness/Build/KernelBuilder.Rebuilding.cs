// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.KernelHarness.Export;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.KernelHarness.Build;

/// <content>Builds of which one file differs, many of them.</content>
public sealed partial class KernelBuilder
{
    /// <summary>Prepares builds of a kernel with other texts for one of its files. They leave
    /// the cache alone.</summary>
    /// <param name="tree">The kernel.</param>
    /// <param name="file">Path of the file in it.</param>
    /// <param name="cancel">Kills compilers.</param>
    /// <exception cref="KernelBuildException">The kernel as it is does not compile.</exception>
    /// <exception cref="UserErrorException">The file is not one under test.</exception>
    public UnitRebuilder Rebuild(ISourceTree tree, string file, CancellationToken cancel)
    {
        KernelBuild build = Build(tree, cancel);
        string folder = Directory.CreateTempSubdirectory("dmadiff-rebuild-").FullName;
        string source = _exporter.Export(tree, UnitsOf(tree), cancel);
        BuildPaths paths = Prepare(source, FeatureProbes.Header(_probes.Find(tree)), folder);
        CompiledParts parts = CompileParts(
            paths,
            KernelConfiguration.Default,
            EngineCapabilities.None,
            new FileHashes(),
            cancel);
        int index = parts.Units.ToList().FindIndex(u => _plan.NameOf(u) == file);
        if (index < 0)
        {
            throw new UserErrorException($"{file}: no file under test of {tree.Name}");
        }

        string unit = parts.Units[index];
        UnitGroup group = _plan.Groups.First(g => g.Units.Contains(unit));
        return new UnitRebuilder(
            build,
            paths,
            _plan,
            parts.Objects,
            index,
            new RebuiltUnit(
                file,
                _plan.Holds.ContainsKey(unit) ? unit : null,
                ConfigurationFlags.Expand(
                    _plan.FlagsOf(group, unit), KernelConfiguration.Default)),
            Host(cancel));
    }

    /// <summary>Looks whether a file compiles with a kernel's headers, with warnings for
    /// errors.</summary>
    /// <param name="tree">The kernel.</param>
    /// <param name="file">Path of a file of C, anywhere.</param>
    /// <param name="flags">More flags for the compiler.</param>
    /// <param name="cancel">Kills it.</param>
    /// <returns>What the compiler says; empty when it compiles.</returns>
    internal string CheckSyntax(
        ISourceTree tree, string file, IReadOnlyList<string> flags, CancellationToken cancel)
    {
        string folder = Directory.CreateTempSubdirectory("dmadiff-syntax-").FullName;
        try
        {
            string source = _exporter.Export(tree, UnitsOf(tree), cancel);
            BuildPaths paths = Prepare(source, FeatureProbes.Header(_probes.Find(tree)), folder);

            // Those of this project's own files that see the kernel's headers.
            UnitGroup group = _plan.Groups.First(g => g.Units.Any(_plan.Holds.ContainsKey));
            IEnumerable<string> all = ConfigurationFlags.Expand(
                [.. _plan.Flags, .. group.Flags], KernelConfiguration.Default);
            return new BuildTools(paths, _sandbox).Run(
                Toolchain.Compiler,
                [
                    .. all.Select(paths.Expand), .. flags, "-fdiagnostics-color=never",
                    "-fsyntax-only", file,
                ],
                [file],
                cancel).Errors;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
