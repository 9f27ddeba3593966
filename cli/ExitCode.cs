// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Cli;

/// <summary>What the command's exit status says.</summary>
internal static class ExitCode
{
    /// <summary>Nothing to report.</summary>
    public const int Clean = 0;

    /// <summary>Something was found.</summary>
    public const int Findings = 1;

    /// <summary>The command was given something it cannot work with.</summary>
    public const int Usage = 2;

    /// <summary>A revision cannot be tested.</summary>
    public const int Untestable = 125;

    /// <summary>Stopped by the user.</summary>
    public const int Interrupted = 130;
}
