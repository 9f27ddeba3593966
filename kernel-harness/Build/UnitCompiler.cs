// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Build;

/// <summary>Compiles a unit of a kernel library.</summary>
internal sealed class UnitCompiler
{
    private readonly BuildPaths _paths;
    private readonly IReadOnlyList<string> _flags;
    private readonly string _environment;
    private readonly ObjectCache _objects;
    private readonly BuildTools _tools;
    private readonly OutsideFiles _outside;
    private readonly string _name;

    /// <summary>Compiles with the given flags.</summary>
    /// <param name="paths">The folders of the build.</param>
    /// <param name="flags">Flags, with the folders' names in them.</param>
    /// <param name="headers">A hash over which headers exist: a new one may hide another
    /// that an object was compiled from.</param>
    /// <param name="objects">Where objects are kept.</param>
    /// <param name="tools">Runs the compiler.</param>
    /// <param name="name">What people call the unit.</param>
    public UnitCompiler(
        BuildPaths paths,
        IReadOnlyList<string> flags,
        string headers,
        ObjectCache objects,
        BuildTools tools,
        string name)
    {
        _name = name;
        _paths = paths;
        _flags = flags;
        _environment = headers + Toolchain.Version;
        _objects = objects;
        _tools = tools;
        _outside = new OutsideFiles(paths, mayUseSystem: !flags.Contains("-nostdinc"));
    }

    /// <summary>Compiles one unit, unless its object is there.</summary>
    /// <param name="unit">Path with the folder's name in it: "{tree}/kernel/dma/direct.c".</param>
    /// <param name="index">Number of the unit, to name temporary files by.</param>
    /// <param name="cancel">Kills the compiler.</param>
    /// <returns>Path of the object, and whether it had to be compiled.</returns>
    /// <exception cref="KernelBuildException">It does not compile.</exception>
    public (string Object, bool Compiled) Compile(string unit, int index, CancellationToken cancel)
    {
        string key = KeyOf(unit);
        if (_objects.Find(key) is { } known)
        {
            return (known, false);
        }

        string output = Path.Combine(_paths.Build, $"unit{index}.o");
        string dependencies = Path.ChangeExtension(output, ".d");

        // The assembler may be told to take in files, too. Its option ends at a comma.
        string assembled = $"unit{index}.s.d";
        ToolResult result = Run(
            unit,
            [
                "-pipe", "-MD", "-MF", dependencies, $"-Wa,--MD,{assembled}", "-c", "-o", output,
            ],
            cancel);
        if (result.ExitCode != 0)
        {
            throw new KernelBuildException(
                Complaint(unit, result, dependencies, cancel), result.Errors);
        }

        string[] included = ParseDependencies(File.ReadAllText(dependencies));
        string[] inputs =
        [
            .. included
                .Concat(Assembled(Path.Combine(_paths.Build, assembled)))
                .Distinct(StringComparer.Ordinal),
        ];
        File.Delete(dependencies);
        if (inputs.FirstOrDefault(_outside.IsOutside) is { } stranger)
        {
            throw new KernelBuildException(included.Contains(stranger)
                ? FindOutside(unit, cancel) ?? $"includes {stranger}, which is not of this tree"
                : _outside.ComplaintOfAssembler(stranger, included));
        }

        return (_objects.Add(key, output, inputs), true);
    }

    private ToolResult Run(string unit, string[] arguments, CancellationToken cancel) =>
        _tools.Run(
            Toolchain.Compiler,
            [
                .. _flags.Select(_paths.Expand), .. _paths.PrefixMaps,
                "-fdiagnostics-color=never", "-fmax-errors=20", .. arguments, _paths.Expand(unit),
            ],
            [],
            cancel);

    /// <summary>Why a unit does not compile, in one line.</summary>
    private string Complaint(
        string unit, ToolResult result, string dependencies, CancellationToken cancel)
    {
        string? broken = _tools.BrokenLimit(result);
        if (broken is null && FindOutside(unit, cancel) is { } outside)
        {
            return outside;
        }

        string? first = CompilerMessages.FindError(result.Errors, _paths);

        // The compiler complains, too, when it is the assembler that was ended.
        if (broken is not null
            && first?.Contains("Broken pipe", StringComparison.Ordinal) != false)
        {
            return $"{_name}: its compiler takes {broken}";
        }

        // The assembler knows no line of the source.
        return CompilerMessages.MissingForAssembler(result.Errors) is { } file
            && File.Exists(dependencies)
                ? _outside.ComplaintOfAssembler(
                    file, ParseDependencies(File.ReadAllText(dependencies)))
                : first ?? CompilerMessages.FirstError(result.Errors, _paths);
    }

    /// <summary>The compiler tells where a file was included if it only preprocesses.</summary>
    private string? FindOutside(string unit, CancellationToken cancel) =>
        _outside.Find(Run(unit, ["-E"], cancel).Output);

    /// <summary>What the assembler read; its own input comes to it as a stream.</summary>
    private static string[] Assembled(string list)
    {
        string[] files = ParseDependencies(File.ReadAllText(list));
        File.Delete(list);
        return [.. files.Where(f => !f.StartsWith('{') && !f.StartsWith('-'))];
    }

    /// <summary>The files in a make rule: those after the colon.</summary>
    internal static string[] ParseDependencies(string rule)
    {
        const char escapedSpace = '\u0001';
        string line = rule.Replace("\\\n", " ").Replace("\\ ", escapedSpace.ToString());
        int colon = line.IndexOf(": ", StringComparison.Ordinal);
        return [.. line[(colon + 1)..]
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Replace(escapedSpace, ' '))
            .Distinct(StringComparer.Ordinal)];
    }

    private string KeyOf(string unit)
    {
        using var hash = new ContentHash();
        return hash.Add(unit).AddAll(_flags).Add(_environment).Finish();
    }
}
