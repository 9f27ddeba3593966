// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Bindings;

/// <summary>A function that counts its branches.</summary>
/// <param name="Name">Its name.</param>
/// <param name="File">Path in the kernel's tree.</param>
/// <param name="FirstLine">Line on which it begins, from 1 on.</param>
/// <param name="LastLine">Line on which it ends.</param>
/// <param name="Blocks">Number of its blocks: 0 is its entry, 1 its exit.</param>
/// <param name="Arcs">Ways from block to block, those that are counted in the order of their
/// counters.</param>
/// <param name="Lines">Lines with code, and the block that it is in; a line may be in
/// several.</param>
public sealed record CoveredFunction(
    string Name,
    string File,
    int FirstLine,
    int LastLine,
    int Blocks,
    IReadOnlyList<CoverageArc> Arcs,
    IReadOnlyList<CoveredLine> Lines)
{
    /// <summary>How many counters it has.</summary>
    public int Counters { get; } = Arcs.Count(a => a.IsCounted);

    /// <summary>How often each arc was taken; the counters say the rest, since what comes into
    /// a block leaves it.</summary>
    /// <param name="counters"><see cref="Counters"/> of them.</param>
    /// <returns>One number an arc. An arc that is left by a crash may count for one that
    /// follows.</returns>
    public ulong[] Solve(ReadOnlySpan<ulong> counters)
    {
        var flow = new CoverageFlow(this, counters);
        return flow.Solve();
    }
}

/// <summary>A way from one block of a function to another.</summary>
/// <param name="From">The block it leaves.</param>
/// <param name="To">The block it enters.</param>
/// <param name="IsCounted">Whether it has a counter.</param>
/// <param name="IsFake">Whether only a call that never returns takes it.</param>
public readonly record struct CoverageArc(int From, int To, bool IsCounted, bool IsFake);

/// <summary>A line with code.</summary>
/// <param name="File">The file: a function may hold lines of a header.</param>
/// <param name="Line">The line, from 1 on.</param>
/// <param name="Block">The block its code is in.</param>
public readonly record struct CoveredLine(string File, int Line, int Block);
