// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Mutations;

/// <summary>Classes of mistakes that people make.</summary>
public enum MutationKind
{
    /// <summary>&lt; for &lt;=, == for !=.</summary>
    Comparison,

    /// <summary>A number is one too large.</summary>
    OffByOne,

    /// <summary>+ for -, &lt;&lt; for &gt;&gt;, += for -=.</summary>
    Arithmetic,

    /// <summary>&amp; for |, ~ forgotten.</summary>
    Mask,

    /// <summary>&amp;&amp; for ||.</summary>
    Logic,

    /// <summary>A condition is the wrong way round.</summary>
    Negation,

    /// <summary>A call is missing.</summary>
    DroppedCall,

    /// <summary>A lock is not taken or not released.</summary>
    DroppedLock,

    /// <summary>A flush or a sync is missing.</summary>
    DroppedFlush,

    /// <summary>An assignment is missing.</summary>
    DroppedAssignment,

    /// <summary>Two neighbouring arguments change places.</summary>
    SwappedArguments,

    /// <summary>A function returns at once.</summary>
    EarlyReturn,
}
