// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Build;

/// <summary>Runs compiler, linker and nm in the folder of a build; in the sandbox, they see
/// nothing but the tree, this project's C, that folder and what they are told of.</summary>
/// <param name="paths">The folders of the build.</param>
/// <param name="sandbox">The sandbox, or null to run them as usual.</param>
internal sealed class BuildTools(BuildPaths paths, Sandbox? sandbox)
{
    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="files">Files that it reads beside those of the build.</param>
    /// <param name="cancel">Kills it.</param>
    public ToolResult Run(
        string program,
        IEnumerable<string> arguments,
        IEnumerable<string> files,
        CancellationToken cancel)
    {
        if (sandbox is null)
        {
            return Tool.Run(program, arguments, cancel, paths.Build);
        }

        IReadOnlyList<string> command = sandbox.WrapTool(
            [program, .. arguments], new SandboxView([.. Readable(), .. files], paths.Build));
        return Tool.Run(
            command[0],
            command.Skip(1),
            cancel,
            paths.Build,
            most: sandbox.Limits.OutputMiB << 20);
    }

    /// <summary>The limit of the sandbox that ended a program, in words that follow "takes";
    /// null if none did.</summary>
    public string? BrokenLimit(ToolResult result) => sandbox?.Limits.Broken(result);

    /// <summary>The tree is put together of links to parts that trees share.</summary>
    private IEnumerable<string> Readable() =>
    [
        paths.Tree, paths.Harness,
        .. new DirectoryInfo(paths.Tree).EnumerateFileSystemInfos()
            .Select(entry => entry.ResolveLinkTarget(returnFinalTarget: true)?.FullName)
            .OfType<string>(),
    ];
}
