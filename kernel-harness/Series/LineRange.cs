// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>Lines of a file.</summary>
/// <param name="First">The first, from 1 on.</param>
/// <param name="Last">The last; never before the first.</param>
public readonly record struct LineRange(int First, int Last)
{
    /// <summary>How many there are.</summary>
    public int Count => Last - First + 1;

    /// <summary>Those that are in another range, too; null if none is.</summary>
    public LineRange? In(LineRange other)
    {
        var both = new LineRange(Math.Max(First, other.First), Math.Min(Last, other.Last));
        return both.First <= both.Last ? both : null;
    }
}
