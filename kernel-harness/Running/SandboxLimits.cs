// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;

namespace Dmadiff.KernelHarness.Running;

/// <summary>What a program that works on a stranger's source text may use; for a unit of a
/// kernel it needs far less.</summary>
/// <param name="MemoryMiB">Addresses that a process may reserve.</param>
/// <param name="Seconds">CPU time of a process.</param>
/// <param name="FileMiB">Size of a file that it writes.</param>
/// <param name="OutputMiB">What it may print.</param>
public sealed partial record SandboxLimits(
    int MemoryMiB, int Seconds, int FileMiB, int OutputMiB)
{
    /// <summary>2 GiB, a minute, 1 GiB, 64 MiB.</summary>
    public static SandboxLimits Default { get; } = new(2048, 60, 1024, 64);

    /// <summary>The same as a line of shell, which goes on with its arguments.</summary>
    internal string Script =>
        $"ulimit -v {MemoryMiB * 1024}; ulimit -t {Seconds}; ulimit -f {FileMiB * 2048}; "
        + "ulimit -c 0; exec \"$@\"";

    /// <summary>Which of them ended a program, in words that follow "takes"; null if none did.
    /// </summary>
    internal string? Broken(ToolResult result)
    {
        if (result.ExitCode == 0)
        {
            return null;
        }

        if (result.Output.Length + result.Errors.Length >= OutputMiB << 20)
        {
            return $"more than {OutputMiB} MiB of messages";
        }

        return Complaint().Match(result.Errors) switch
        {
            { Success: true } m when m.Groups["memory"].Success => $"more than {MemoryMiB} MiB of memory",
            { Success: true } m when m.Groups["file"].Success => $"more than {FileMiB} MiB in a file",
            { Success: true } => $"more than {Seconds} s",
            _ => null,
        };
    }

    [GeneratedRegex(
        @"(?<memory>\bout of memory\b|memory exhausted|[Cc]annot allocate memory|bad_alloc)"
        + @"|(?<file>File size limit exceeded|File too large)"
        + @"|(?<time>Killed signal terminated|CPU time limit exceeded)",
        RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Complaint();
}
