// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Build;

/// <summary>
/// Links units to a kernel library. Kernel functions that nobody provides get a stub that
/// ends the machine and names the function when it is called: a revision that needs one on
/// some rare path can be tested on all others.
/// </summary>
internal sealed class KernelLinker
{
    /// <summary>The function that stubs call, with the missing name; never returns.</summary>
    public const string MissingService = "dmd_missing_service";

    /// <summary>Prefix of this project's own names, which cannot be missing.</summary>
    private const string OwnPrefix = "dmd_";

    private readonly BuildPaths _paths;
    private readonly BuildPlan _plan;
    private readonly BuildTools _tools;

    public KernelLinker(BuildPaths paths, BuildPlan plan, BuildTools tools)
    {
        _paths = paths;
        _plan = plan;
        _tools = tools;
    }

    /// <summary>Links.</summary>
    /// <param name="objects">The compiled units, in the order of the plan.</param>
    /// <param name="host">The host library.</param>
    /// <param name="output">Path of the library to write.</param>
    /// <param name="cancel">Kills the linker.</param>
    /// <returns>Names of the functions that got a stub, sorted.</returns>
    /// <exception cref="KernelBuildException">It does not link.</exception>
    public IReadOnlyList<string> Link(
        IReadOnlyList<string> objects, string host, string output, CancellationToken cancel)
    {
        Link(objects, output, cancel);
        var symbols = new SymbolTable(_tools);
        IReadOnlySet<string> provided = symbols.Defined(host, cancel);
        string[] missing = [.. symbols.Needed(output, cancel)
            .Except(provided, StringComparer.Ordinal)
            .Except(_plan.LibcSymbols, StringComparer.Ordinal)
            .Where(name => !_plan.SymbolPrefixes.Any(
                prefix => name.StartsWith(prefix, StringComparison.Ordinal)))];
        string? own = missing.FirstOrDefault(
            m => m.StartsWith(OwnPrefix, StringComparison.Ordinal));
        if (own is not null)
        {
            throw new KernelBuildException($"kernel-harness: nothing defines {own}");
        }

        if (missing.Length > 0)
        {
            string stubs = CompileStubs(missing, cancel);
            Link([.. objects, stubs], output, cancel);
        }

        return missing;
    }

    /// <summary>The C of the stubs.</summary>
    internal static string StubSource(IEnumerable<string> names)
    {
        var source = new StringBuilder();
        source.Append($"void {MissingService}(const char *name)\n");
        source.Append("\t__attribute__((noreturn));\n");
        foreach (string name in names)
        {
            source.Append($"void {name}(void)\n{{\n\t{MissingService}(\"{name}\");\n}}\n");
        }

        return source.ToString();
    }

    /// <summary>Compiles stubs.</summary>
    /// <param name="names">Names of the functions.</param>
    /// <param name="cancel">Kills the compiler.</param>
    /// <returns>Path of the object.</returns>
    internal string CompileStubs(IEnumerable<string> names, CancellationToken cancel)
    {
        string source = Path.Combine(_paths.Build, "missing_services.c");
        string output = Path.ChangeExtension(source, ".o");
        File.WriteAllText(source, StubSource(names));
        Run(
            [
                "-O1", "-g", "-fPIC", "-fno-builtin", "-w", "-fcf-protection=none",
                .. _paths.PrefixMaps, "-c", "-o", output, source,
            ],
            [],
            cancel);
        return output;
    }

    private void Link(
        IReadOnlyList<string> objects, string output, CancellationToken cancel) =>
        Run(
            ["-shared", "-o", output, .. objects, .. _plan.LinkFlags.Select(_paths.Expand)],
            objects,
            cancel);

    private void Run(
        IEnumerable<string> arguments, IReadOnlyList<string> files, CancellationToken cancel)
    {
        ToolResult result = _tools.Run(Toolchain.Compiler, arguments, files, cancel);
        if (result.ExitCode != 0)
        {
            throw new KernelBuildException(
                CompilerMessages.FirstError(result.Errors, _paths), result.Errors);
        }
    }
}
