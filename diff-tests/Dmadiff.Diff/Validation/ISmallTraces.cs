// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Validation;

/// <summary>Keeps sequences that were made small, which takes hundreds of runs: a series is
/// judged anew whenever one of its patches was edited.</summary>
public interface ISmallTraces
{
    /// <summary>The small sequence that is kept, or else the one that is made now.</summary>
    /// <param name="key">All that it depends on.</param>
    /// <param name="shrink">Makes it; null when there is none, which is kept as well.</param>
    Trace? Ensure(IReadOnlyList<string> key, Func<Trace?> shrink);
}
