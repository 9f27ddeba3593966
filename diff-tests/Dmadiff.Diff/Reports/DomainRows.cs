// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Reports;

/// <summary>Writes in what IOVA domains differ.</summary>
internal static class DomainRows
{
    private const int MostRows = 12;

    public static void Write(TwoSides text, DivergenceDetails details)
    {
        foreach (var left in details.Left.Domains)
        {
            if (details.Right.Domains.FirstOrDefault(d => d.Number == left.Number) is { } right
                && !left.Equals(right))
            {
                text.Line();
                Domain(text, left, right);
            }
        }
    }

    private static void Domain(TwoSides text, DomainSnapshot left, DomainSnapshot right)
    {
        text.Row($"IOVA domain {left.Number}", Ranges(left), Ranges(right));
        Figure(text, "cached node", left.State.CachedPfn, right.State.CachedPfn);
        Figure(text, "cached32 node", left.State.Cached32Pfn, right.State.Cached32Pfn);
        Figure(text, "max32 size", left.State.Max32AllocSize, right.State.Max32AllocSize);
        Table(text, left.Nodes, right.Nodes, node => node.PfnLo, "range", Describe);
        Table(text, left.Magazines, right.Magazines, KeyOf, "magazine", Describe);
    }

    // What only one side has, or the two have otherwise, by key.
    private static void Table<T>(
        TwoSides text,
        IEnumerable<T> left,
        IEnumerable<T> right,
        Func<T, ulong> key,
        string what,
        Func<T, string> describe)
    {
        var lefts = left.DistinctBy(key).ToDictionary(key, describe);
        var rights = right.DistinctBy(key).ToDictionary(key, describe);
        var differing = lefts.Keys.Union(rights.Keys).Order()
            .Where(k => lefts.GetValueOrDefault(k) != rights.GetValueOrDefault(k)).ToList();
        foreach (var k in differing.Take(MostRows))
        {
            text.Row(
                what,
                lefts.GetValueOrDefault(k, "none"),
                rights.GetValueOrDefault(k, "none"));
        }

        if (differing.Count > MostRows)
        {
            text.Line($"and {differing.Count - MostRows} more that differ", 2);
        }
    }

    private static void Figure(TwoSides text, string name, ulong left, ulong right)
    {
        if (left != right)
        {
            text.Row(name, Quantity.FormatHex(left), Quantity.FormatHex(right));
        }
    }

    private static string Ranges(DomainSnapshot domain) => $"{domain.State.Nodes} ranges";

    private static string Describe(AbiIovaNodeState node) =>
        $"{Quantity.FormatHex(node.PfnLo)}-{Quantity.FormatHex(node.PfnHi)}";

    // Order, then CPUs before the depot, then place.
    private static ulong KeyOf(AbiIovaMagazineState magazine) =>
        ((ulong)magazine.Order << 56) | ((ulong)magazine.Cpu << 20) | magazine.Place;

    private static string Describe(AbiIovaMagazineState magazine)
    {
        var place = magazine.Cpu == AbiConstants.None
            ? $"depot {magazine.Place}"
            : $"cpu {magazine.Cpu} {(magazine.Place == 0 ? "loaded" : "previous")}";
        return $"{1 << (int)magazine.Order} pages, {place}: {magazine.Count}, "
            + $"{magazine.Digest & 0xffff:x4}";
    }
}
