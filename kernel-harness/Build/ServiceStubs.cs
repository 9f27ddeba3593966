// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Build;

/// <summary>
/// Stands in for kernel functions that nobody provides: each ends the machine and names itself
/// when it is called. A function is only taken from here when a unit asks for it and no other
/// unit has it.
/// </summary>
/// <param name="Names">The functions.</param>
/// <param name="Object">Path of the code.</param>
/// <param name="Script">Path of what tells the linker when to take it.</param>
internal sealed record ServiceStubs(IReadOnlySet<string> Names, string Object, string Script)
{
    /// <summary>The function that stubs call, with the missing name; never returns.</summary>
    public const string MissingService = "dmd_missing_service";

    private const string Prefix = "dmd_stub_";

    // Some units are of a stranger's making, and an assembler takes names that are no C.
    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    /// <summary>What to link.</summary>
    public IReadOnlyList<string> Files => [Object, Script];

    /// <summary>The functions that a library has from here.</summary>
    public IEnumerable<string> TakenBy(SymbolTable library) => Names.Where(
        name => library.Defined.TryGetValue(name, out string? address)
            && library.Defined.GetValueOrDefault(Prefix + name) == address);

    /// <summary>Compiles stubs.</summary>
    /// <param name="names">The functions.</param>
    /// <param name="folder">Where to: they take two files of it.</param>
    /// <param name="cancel">Kills the compiler.</param>
    /// <exception cref="KernelBuildException">A name is none that C could have.</exception>
    public static ServiceStubs Compile(
        IEnumerable<string> names, string folder, CancellationToken cancel)
    {
        var sorted = new SortedSet<string>(names, StringComparer.Ordinal);
        if (sorted.FirstOrDefault(n => n.AsSpan().ContainsAnyExcept(NameCharacters)) is { } odd)
        {
            throw new KernelBuildException(
                $"needs \"{PrintableText.Of(odd)}\", which is no function of C");
        }

        ServiceStubs stubs = In(folder, sorted);
        string source = Path.Combine(folder, "missing_services.c");
        File.WriteAllText(source, SourceOf(sorted));
        File.WriteAllText(stubs.Script, ScriptOf(sorted));
        ToolResult result = Tool.Run(
            Toolchain.Compiler,
            [
                "-O1", "-g", "-fPIC", "-fno-builtin", "-w",
                "-fcf-protection=none", $"-ffile-prefix-map={folder}=.",
                "-c", "-o", stubs.Object, source,
            ],
            cancel,
            folder);
        return result.ExitCode == 0
            ? stubs
            : throw new KernelBuildException(
                $"the stubs of missing services: {result.Errors.Split('\n')[0]}", result.Errors);
    }

    /// <summary>Stubs that were compiled to a folder.</summary>
    public static ServiceStubs In(string folder, IReadOnlySet<string> names) => new(
        names,
        Path.Combine(folder, "missing_services.o"),
        Path.Combine(folder, "missing_services.lds"));

    /// <summary>The C of the stubs.</summary>
    internal static string SourceOf(IEnumerable<string> names)
    {
        var source = new StringBuilder();
        source.Append($"void {MissingService}(const char *name)\n");
        source.Append("\t__attribute__((noreturn));\n");
        foreach (string name in names)
        {
            source.Append($"void {Prefix}{name}(void)\n{{\n\t{MissingService}(\"{name}\");\n}}\n");
        }

        return source.ToString();
    }

    private static string ScriptOf(IEnumerable<string> names) =>
        string.Concat(names.Select(n => $"PROVIDE({n} = {Prefix}{n});\n"));
}
