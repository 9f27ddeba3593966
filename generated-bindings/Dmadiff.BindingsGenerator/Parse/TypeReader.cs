// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Text.RegularExpressions;

namespace Dmadiff.BindingsGenerator.Parse;

/// <summary>
/// Takes apart the way clang spells a type, and refuses what may not cross the boundary.
/// </summary>
/// <param name="structs">Tags of the structs declared so far.</param>
public sealed partial class TypeReader(IReadOnlySet<string> structs)
{
    /// <summary>C# type of each integer that a field or a parameter may be.</summary>
    public static IReadOnlyDictionary<string, string> Integers { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["uint8_t"] = "byte",
            ["uint16_t"] = "ushort",
            ["uint32_t"] = "uint",
            ["uint64_t"] = "ulong",
            ["int8_t"] = "sbyte",
            ["int16_t"] = "short",
            ["int32_t"] = "int",
            ["int64_t"] = "long",
        };

    /// <summary>A field: a fixed-width integer, or an array of bytes.</summary>
    /// <param name="at">Where it is, for messages.</param>
    /// <param name="name">What it is, for messages: "dmd_op.kind".</param>
    /// <param name="spelling">The type as clang spells it.</param>
    public CType Field(Location at, string name, string spelling)
    {
        var type = Read(spelling)
            ?? throw new GeneratorException(at, $"{name} is {Describe(spelling)}");
        if (type.IsPointer)
        {
            throw new GeneratorException(
                at, $"{name} is a pointer ({spelling}): a host address must not be in a struct");
        }

        if (type.IsStruct)
        {
            throw new GeneratorException(
                at,
                $"{name} is a struct ({spelling}): only integers and byte arrays can be fields");
        }

        if (type.Length > 0 && type.Name is not "uint8_t")
        {
            throw new GeneratorException(
                at, $"{name} is an array of {type.Name}: only arrays of uint8_t can be fields");
        }

        return type.Name is "char" or "void"
            ? throw new GeneratorException(at, $"{name} is {Describe(spelling)}")
            : type;
    }

    /// <summary>A parameter or a return value: an integer, or a pointer.</summary>
    /// <param name="at">Where it is, for messages.</param>
    /// <param name="name">What it is, for messages: "dmd_run's ops".</param>
    /// <param name="spelling">The type as clang spells it.</param>
    /// <param name="mayBeVoid">Whether it is a return value.</param>
    public CType Argument(Location at, string name, string spelling, bool mayBeVoid)
    {
        var type = Read(spelling);
        var isFine = type switch
        {
            null or { Length: > 0 } => false,
            { IsPointer: true } => type.Name is not "void",
            { Name: "void" } => mayBeVoid,
            { Name: "char" } or { IsStruct: true } => false,
            _ => true,
        };
        return isFine ? type! : throw new GeneratorException(at, $"{name} is {Describe(spelling)}");
    }

    private CType? Read(string spelling)
    {
        var match = Spelling().Match(spelling);
        if (!match.Success)
        {
            return null;
        }

        var name = match.Groups["name"].Value;
        var isStruct = match.Groups["struct"].Success;
        var isKnown = isStruct
            ? structs.Contains(name)
            : Integers.ContainsKey(name) || name is "char" or "void";
        var isPointer = match.Groups["pointer"].Success;
        var length = match.Groups["length"];
        return isKnown && uint.TryParse(
            length.Success ? length.Value : "0", CultureInfo.InvariantCulture, out var elements)
            ? new CType(name, isStruct, isPointer, elements)
            : null;
    }

    private static string Describe(string spelling) => spelling switch
    {
        "float" or "double" or "long double" => $"floating point ({spelling}): use fixed-width"
            + " integers",
        _ when spelling.Contains('*', StringComparison.Ordinal)
            => $"a pointer ({spelling}) to what C# cannot be given",
        _ => $"of type {spelling}: only fixed-width integers and byte arrays cross the boundary",
    };

    [GeneratedRegex(
        @"^(?:const )?(?<struct>struct )?(?<name>\w+)(?:(?<pointer> \*)|\[(?<length>\d+)\])?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Spelling();
}
