// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Build;

/// <summary>
/// Builds a kernel again and again with another text for one of its files: one unit is
/// compiled, all is linked, and nothing is kept. May be used by several threads at a time.
/// </summary>
public sealed class UnitRebuilder : IDisposable
{
    private readonly BuildPaths _paths;
    private readonly BuildPlan _plan;
    private readonly IReadOnlyList<string> _objects;
    private readonly int _index;
    private readonly RebuiltUnit _unit;
    private readonly HostLibrary _host;

    internal UnitRebuilder(
        KernelBuild build,
        BuildPaths paths,
        BuildPlan plan,
        IReadOnlyList<string> objects,
        int index,
        RebuiltUnit unit,
        HostLibrary host)
    {
        Build = build;
        _paths = paths;
        _plan = plan;
        _objects = objects;
        _index = index;
        _unit = unit;
        _host = host;
    }

    /// <summary>The kernel as it is.</summary>
    public KernelBuild Build { get; }

    /// <summary>Builds it with a text.</summary>
    /// <param name="text">What the file becomes.</param>
    /// <param name="number">Tells builds apart; the library of one that had it before is
    /// overwritten.</param>
    /// <param name="cancel">Kills the compiler.</param>
    /// <returns>Null when it does not compile or link.</returns>
    public KernelBuild? TryBuild(string text, int number, CancellationToken cancel)
    {
        string folder = Path.Combine(_paths.Build, $"rebuilt-{number}");
        string file = Path.Combine(folder, "tree", _unit.File);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        string output = Path.Combine(folder, "unit.o");
        string library = Path.Combine(folder, "kernel.so");
        string[] objects = [.. _objects];
        objects[_index] = output;
        if (Tool.Run(
            Toolchain.Compiler,
            CompilerArguments(folder, file, output),
            cancel,
            _paths.Build).ExitCode != 0)
        {
            return null;
        }

        try
        {
            // Another text may call what none of the kernel's own did.
            BuildPaths paths = _paths with { Build = folder };
            return Build with
            {
                LibraryPath = library,
                MissingServices = new KernelLinker(paths, _plan, new BuildTools(paths, null))
                    .Link(objects, _host, library, cancel),
                CompiledUnits = 1,
            };
        }
        catch (KernelBuildException)
        {
            return null;
        }
    }

    /// <summary>Hashes all of a library that is loaded when it runs: its code and data, and not
    /// what it says about lines.</summary>
    /// <param name="library">Path of the library.</param>
    public static string CodeHash(string library) => LoadedSections.Hash(library);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_paths.Build, recursive: true);

    // The file's own folder comes right after the place where it would look first.
    private string[] CompilerArguments(string folder, string file, string output)
    {
        string tree = Path.Combine(folder, "tree");
        return
        [
            "-isystem", tree, "-iquote",
            Path.Combine(_paths.Tree, Path.GetDirectoryName(_unit.File)!),
            .. _unit.Flags.Select(_paths.Expand), .. _paths.PrefixMaps,
            $"-ffile-prefix-map={tree}/=", "-fdiagnostics-color=never", "-pipe",
            "-c", "-o", output, _unit.Holder is { } holder ? _paths.Expand(holder) : file,
        ];
    }
}
