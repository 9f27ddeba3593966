// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using Dmadiff.BindingsGenerator.Parse;

namespace Dmadiff.BindingsGenerator.Passes;

/// <summary>C names to C# names.</summary>
public static class Naming
{
    /// <summary>What every name of the header starts with, in lower or upper case.</summary>
    public const string Prefix = "dmd_";

    /// <summary>"dmd_op_kind" to "AbiOpKind".</summary>
    public static string Type(Location at, string name) => "Abi" + WithoutPrefix(at, name);

    /// <summary>"min_align_mask" or "MIN_ALIGN_MASK" to "MinAlignMask".</summary>
    public static string Pascal(Location at, string name)
    {
        var words = name.Split('_', StringSplitOptions.RemoveEmptyEntries)
            .Select(word => char.ToUpper(word[0], CultureInfo.InvariantCulture)
                + word[1..].ToLower(CultureInfo.InvariantCulture));
        var pascal = string.Concat(words);
        return pascal.Length > 0 && char.IsAsciiLetter(pascal[0])
            ? pascal
            : throw new GeneratorException(at, $"{name} gives no C# name");
    }

    /// <summary>"dmd_boot" to "Boot", "DMD_NO_ADDRESS" to "NoAddress".</summary>
    public static string WithoutPrefix(Location at, string name) =>
        name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            ? Pascal(at, name[Prefix.Length..])
            : throw new GeneratorException(at, $"{name} does not start with {Prefix}");

    /// <summary>The words that all enumerators start with, at least one word short of the
    /// shortest: "DMD_OP_".</summary>
    public static string CommonPrefix(IReadOnlyList<CEnumerator> members)
    {
        var first = members[0].Name;
        var length = 0;
        for (var end = first.IndexOf('_', StringComparison.Ordinal);
             end >= 0;
             end = first.IndexOf('_', end + 1))
        {
            var prefix = first[..(end + 1)];
            if (!members.All(member => member.Name.Length > prefix.Length
                && member.Name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                break;
            }

            length = prefix.Length;
        }

        return first[..length];
    }
}
