// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff;

/// <summary>
/// How long a regular expression may take. Only input that was made for it takes longer than a
/// moment; a busy machine may take some seconds over any.
/// </summary>
internal static class PatternLimit
{
    /// <summary>Milliseconds.</summary>
    public const int Milliseconds = 60_000;
}
