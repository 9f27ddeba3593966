// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Dmadiff.Diff.Recordings;

/// <summary>Counts things by name; what comes first is told first. The names are bounded: in a
/// recording anything may stand where a name should.</summary>
internal sealed class RecordingTally
{
    private const int MostNames = 64;
    private const string Rest = "others";
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];

    /// <summary>Counts one more, or several.</summary>
    public void Add(string name, long count = 1)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrNullRef(_counts, name);
        if (Unsafe.IsNullRef(ref known))
        {
            name = _order.Count >= MostNames ? Rest : name;
            known = ref CollectionsMarshal.GetValueRefOrAddDefault(
                _counts, name, out var isKnown)!;
            if (!isKnown)
            {
                _order.Add(name);
            }
        }

        known += count;
    }

    /// <summary>All of them together.</summary>
    public long Total => _counts.Values.Sum();

    /// <summary>Names and counts.</summary>
    public IReadOnlyList<CountedKind> Rows =>
        [.. _order.Select(name => new CountedKind(name, _counts[name]))];
}

/// <summary>So many of a kind.</summary>
/// <param name="Kind">In words.</param>
/// <param name="Count">How many.</param>
public sealed record CountedKind(string Kind, long Count);

/// <summary>A line of a recording that cannot be read.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Why">What is wrong with it.</param>
public sealed record BadLine(long Line, string Why);
