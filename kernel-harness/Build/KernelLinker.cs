// SPDX-License-Identifier: GPL-2.0-only
using System.Collections.Concurrent;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Build;

/// <summary>
/// Links units to a kernel library. Kernel functions that nobody provides get a stub that
/// ends the machine and names the function when it is called: a revision that needs one on
/// some rare path can be tested on all others.
/// </summary>
internal sealed class KernelLinker
{
    /// <summary>Prefix of this project's own names, which cannot be missing.</summary>
    private const string OwnPrefix = "dmd_";

    // A host library stays as it is once it is there.
    private static readonly ConcurrentDictionary<string, IReadOnlySet<string>> Provided =
        new(StringComparer.Ordinal);

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
        IReadOnlyList<string> objects,
        HostLibrary host,
        string output,
        CancellationToken cancel)
    {
        Link(objects, [host.Stubs], output, cancel);
        SymbolTable linked = SymbolTable.Read(_tools, output, cancel);
        IReadOnlySet<string> provided = Provided.GetOrAdd(
            host.Library, path => SymbolTable.Read(_tools, path, cancel).Defined.Keys.ToHashSet(StringComparer.Ordinal));
        string[] others =
        [
            .. linked.Needed
                .Except(provided, StringComparer.Ordinal)
                .Except(_plan.LibcSymbols, StringComparer.Ordinal)
                .Where(name => !_plan.SymbolPrefixes.Any(
                    prefix => name.StartsWith(prefix, StringComparison.Ordinal))),
        ];
        string? own = others.FirstOrDefault(
            m => m.StartsWith(OwnPrefix, StringComparison.Ordinal));
        if (own is not null)
        {
            throw new KernelBuildException($"kernel-harness: nothing defines {own}");
        }

        if (others.Length > 0)
        {
            // This costs a second link, which those that are known to be missing do not.
            var more = ServiceStubs.Compile(others, _paths.Build, cancel);
            Link(objects, [host.Stubs, more], output, cancel);
        }

        return
        [
            .. host.Stubs.TakenBy(linked).Concat(others).Order(StringComparer.Ordinal),
        ];
    }

    private void Link(
        IReadOnlyList<string> objects,
        IEnumerable<ServiceStubs> stubs,
        string output,
        CancellationToken cancel)
    {
        string[] files = [.. objects, .. stubs.SelectMany(s => s.Files)];
        ToolResult result = _tools.Run(
            Toolchain.Compiler,
            ["-shared", "-o", output, .. files, .. _plan.LinkFlags.Select(_paths.Expand)],
            files,
            cancel);
        if (result.ExitCode != 0)
        {
            throw new KernelBuildException(
                CompilerMessages.FirstError(result.Errors, _paths), result.Errors);
        }
    }
}
