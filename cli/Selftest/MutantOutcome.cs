// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Mutations;

namespace Dmadiff.Cli.Selftest;

/// <summary>What became of a mutant.</summary>
internal enum MutantFate
{
    /// <summary>It does not compile.</summary>
    NotCompiled,

    /// <summary>The compiler makes the same code of it.</summary>
    SameCode,

    /// <summary>It has been argued that nothing can come of it.</summary>
    Equivalent,

    /// <summary>No sequence runs its line.</summary>
    NeverRun,

    /// <summary>Its line was run, and nobody saw a difference.</summary>
    Survived,

    /// <summary>It was found.</summary>
    Found,
}

/// <summary>Judges, each by itself.</summary>
[Flags]
internal enum FoundBy
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The machine dies where it did not.</summary>
    Crash = 1,

    /// <summary>Some result differs from that of the kernel as it is.</summary>
    Exact = 2,

    /// <summary>A driver or a device sees a difference.</summary>
    Behaviour = 4,

    /// <summary>The contract is broken, with nothing to compare with.</summary>
    Contract = 8,
}

/// <summary>What came of trying a mutant.</summary>
/// <param name="Mutant">The mutant.</param>
/// <param name="Fate">What became of it.</param>
/// <param name="Judges">Who sees it, on the sequence that found it.</param>
/// <param name="Seconds">From its first line compiled to when it was found, or given up.</param>
/// <param name="Operations">Operations that it ran.</param>
/// <param name="Detail">What was seen, and in which sequence; empty when nothing was.</param>
internal sealed record MutantOutcome(
    Mutant Mutant,
    MutantFate Fate,
    FoundBy Judges,
    double Seconds,
    long Operations,
    string Detail)
{
    /// <summary>Whether it counts: not what nothing can come of.</summary>
    public bool Counts => Fate is MutantFate.NeverRun or MutantFate.Survived or MutantFate.Found;
}
