// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Build;

/// <summary>Compiles what serves kernels and has nothing of a kernel in it.</summary>
/// <param name="harness">The folder that the units are in.</param>
internal sealed class HostCompiler(HarnessSources harness)
{
    /// <summary>Compiles and links one file.</summary>
    /// <param name="output">Path of the file to write.</param>
    /// <param name="units">Paths below kernel-harness/.</param>
    /// <param name="flags">The compiler's and the linker's.</param>
    /// <param name="cancel">Kills the compiler.</param>
    /// <exception cref="KernelBuildException">It does not compile.</exception>
    public void Compile(
        string output,
        IEnumerable<string> units,
        IEnumerable<string> flags,
        CancellationToken cancel)
    {
        // There is no kernel here; the name of its folder stands for nothing.
        string folder = Path.GetDirectoryName(output)!;
        var paths = new BuildPaths("/no-tree", harness.Folder, folder);
        ToolResult result = Tool.Run(
            Toolchain.Compiler,
            [
                "-fdiagnostics-color=never", "-o", output,
                .. units.Select(u => Path.Combine(harness.Folder, u)),
                .. paths.PrefixMaps, .. flags.Select(paths.Expand),
            ],
            cancel,
            folder);
        if (result.ExitCode != 0)
        {
            throw new KernelBuildException(
                CompilerMessages.FirstError(result.Errors, paths), result.Errors);
        }
    }
}
