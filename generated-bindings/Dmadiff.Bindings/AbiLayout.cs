// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Bindings;

/// <summary>
/// Besides being a row of the C side's table, compares that table with the C# side's own
/// sizes and offsets.
/// </summary>
public partial struct AbiLayout
{
    private static readonly OrderedDictionary<string, (uint Offset, uint Size)> _rows = Measure();

    /// <summary>
    /// Where C# puts things, under C's names: "dmd_op" has the struct's size in bytes,
    /// "dmd_op.kind" the field's offset and size in bytes. In the header's order.
    /// </summary>
    public static IReadOnlyDictionary<string, (uint Offset, uint Size)> Rows => _rows;

    /// <summary>Compares the C side's table with <see cref="Rows"/>.</summary>
    /// <param name="fromC">What <c>dmd_abi_layout()</c> returned, by name.</param>
    /// <returns>One line a difference, in the header's order; empty when both agree.</returns>
    public static IReadOnlyList<string> Compare(
        IReadOnlyDictionary<string, (uint Offset, uint Size)> fromC)
    {
        var differences = new List<string>();
        foreach (var (name, here) in _rows)
        {
            if (!fromC.TryGetValue(name, out var there))
            {
                differences.Add($"{name}: C# has it, C has not");
            }
            else if (there != here)
            {
                differences.Add($"{name}: {Describe(here)} in C#, {Describe(there)} in C");
            }
        }

        var unknown = fromC.Keys.Where(name => !_rows.ContainsKey(name));
        differences.AddRange(unknown.Order(StringComparer.Ordinal)
            .Select(name => $"{name}: C has it, C# has not"));
        return differences;
    }

    private static string Describe((uint Offset, uint Size) place) =>
        $"{place.Size} bytes at offset {place.Offset}";

    private static OrderedDictionary<string, (uint Offset, uint Size)> Measure()
    {
        var rows = new OrderedDictionary<string, (uint Offset, uint Size)>(StringComparer.Ordinal);
        Measure(rows);
        return rows;
    }

    private static unsafe (uint Offset, uint Size) Place<TField>(void* start, TField* field)
        where TField : unmanaged =>
        ((uint)((byte*)field - (byte*)start), (uint)sizeof(TField));
}
