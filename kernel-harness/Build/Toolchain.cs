// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Build;

/// <summary>The compiler on this machine.</summary>
internal static class Toolchain
{
    /// <summary>The compiler's command.</summary>
    public const string Compiler = "gcc";

    private static readonly Lazy<string> CompilerVersion = new(() => string.Join(
        '\n',
        Tool.Output(Compiler, ["--version"], CancellationToken.None).Split('\n')[0],
        Tool.Output(Compiler, ["-dumpmachine"], CancellationToken.None).Trim()));

    /// <summary>Changes whenever the compiler might compile differently.</summary>
    /// <exception cref="UserErrorException">There is no compiler.</exception>
    public static string Version => CompilerVersion.Value;
}
