// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Validation;

/// <summary>What a kernel is given, in strips that can be run side by side: each takes every so
/// many-th sequence, and gives up where the kernel hangs too often. How many strips there are
/// is no matter of how many processors, so that the same sequences are left out everywhere.
/// </summary>
public static class SequenceStrips
{
    /// <summary>How many there are.</summary>
    public const int Count = 8;

    /// <summary>An endless loop takes a good part of a second to be told from a long one.
    /// </summary>
    public const int MostHangs = 5;

    /// <summary>Runs one of them.</summary>
    /// <param name="strip">Its number, from 0 on.</param>
    /// <param name="sequences">Sequences of all strips.</param>
    /// <param name="run">Runs a sequence.</param>
    /// <returns>How many were left out.</returns>
    public static int Run(int strip, int sequences, Func<int, TraceRecord?> run)
    {
        var hangs = 0;
        var i = strip;
        for (; i < sequences && hangs < MostHangs; i += Count)
        {
            hangs += run(i)?.Hangs == true ? 1 : 0;
        }

        return Math.Max(0, (sequences - i + Count - 1) / Count);
    }
}
