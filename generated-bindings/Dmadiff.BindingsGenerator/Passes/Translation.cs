// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;
using System.Text.RegularExpressions;
using Dmadiff.BindingsGenerator.Parse;

namespace Dmadiff.BindingsGenerator.Passes;

/// <summary>The header's model to the C# that stands for it.</summary>
public sealed partial class Translation
{
    private readonly CHeader _header;
    private readonly DocText _docs;
    private readonly Dictionary<string, CEnum> _enums;

    private Translation(CHeader header)
    {
        _header = header;
        _docs = new DocText(header);
        _enums = header.Enums.ToDictionary(type => type.Name, StringComparer.Ordinal);
    }

    /// <summary>Runs every pass.</summary>
    /// <param name="header">What was parsed.</param>
    /// <exception cref="GeneratorException">A comment promises what the declaration does not
    /// keep, or a name has no C# counterpart.</exception>
    public static CsBindings Translate(CHeader header)
    {
        var translation = new Translation(header);
        return new CsBindings(
            translation.Constants().ToList(),
            header.Enums.Where(type => !IsConstant(type)).Select(translation.Enum).ToList(),
            header.Structs.Select(translation.Struct).ToList(),
            header.Structs.SelectMany(type => type.Fields)
                .Select(field => field.Type.Length)
                .Where(length => length > 0)
                .Distinct()
                .Order()
                .ToList(),
            translation.EntryPoints().ToList());
    }

    /// <summary>An enum with one enumerator is how C spells a typed constant.</summary>
    internal static bool IsConstant(CEnum type) => type.Members.Count == 1;

    private IEnumerable<CsConstant> Constants()
    {
        foreach (var type in _header.Enums.Where(IsConstant))
        {
            var member = type.Members[0];
            var stem = type.Name + "_";
            var name = member.Name.StartsWith(stem, StringComparison.OrdinalIgnoreCase)
                ? Naming.Pascal(member.At, member.Name[stem.Length..])
                : Naming.WithoutPrefix(member.At, member.Name);
            var comment = member.Comment.Length > 0 ? member.Comment : type.Comment;
            yield return new CsConstant(
                name, member.Name, _docs.Summary(comment, member.Name), "uint", $"{member.Value}");
        }

        foreach (var constant in _header.Constants)
        {
            var type = constant.Type switch
            {
                "int" => "int",
                "unsigned int" => "uint",
                "long" or "long long" => "long",
                "unsigned long" or "unsigned long long" => "ulong",
                _ => throw new GeneratorException(
                    constant.At, $"{constant.Name} is of type {constant.Type}, not an integer"),
            };
            var literal = type is "uint" or "ulong"
                ? $"0x{ulong.Parse(constant.Value):x}"
                : constant.Value;
            yield return new CsConstant(
                Naming.WithoutPrefix(constant.At, constant.Name),
                constant.Name,
                _docs.Summary("", constant.Name),
                type,
                literal);
        }
    }

    private CsEnum Enum(CEnum type)
    {
        var isFlags = type.Comment.StartsWith("Bits of ", StringComparison.Ordinal);
        var notABit = type.Members.FirstOrDefault(member => !BitOperations.IsPow2(member.Value));
        if (isFlags && notABit is not null)
        {
            throw new GeneratorException(
                notABit.At,
                $"{notABit.Name} is {notABit.Value}, but the comment of enum {type.Name} calls it"
                + " a set of bits");
        }

        var prefix = Naming.CommonPrefix(type.Members).Length;
        return new CsEnum(
            Naming.Type(type.At, type.Name),
            _docs.Summary(type.Comment, $"enum {type.Name}"),
            isFlags,
            type.Members.Select(member => new CsEnumMember(
                Naming.Pascal(member.At, member.Name[prefix..]),
                _docs.Summary(member.Comment, member.Name),
                member.Value)).ToList());
    }

    private CsStruct Struct(CStruct type) => new(
        Naming.Type(type.At, type.Name),
        type.Name,
        _docs.Summary(type.Comment, $"struct {type.Name}"),
        type.Fields.Select(field => Field(type, field)).ToList());

    private CsField Field(CStruct owner, CField field)
    {
        var name = Naming.Pascal(field.At, field.Name);
        var cName = $"{owner.Name}.{field.Name}";
        var match = EnumComment().Match(field.Comment);
        if (!match.Success)
        {
            var type = field.Type.Length > 0
                ? $"AbiBytes{field.Type.Length}"
                : TypeReader.Integers[field.Type.Name];
            return new CsField(name, field.Name, _docs.Summary(field.Comment, cName), type);
        }

        var tag = match.Groups["tag"].Value;
        if (!_enums.ContainsKey(tag) || field.Type.Name is not "uint32_t" || field.Type.Length > 0)
        {
            throw new GeneratorException(
                field.At,
                $"the comment of {cName} says enum {tag}: that must be an enum declared here, and"
                + " the field a uint32_t");
        }

        var rest = match.Groups["rest"].Value;
        return new CsField(
            name,
            field.Name,
            _docs.Summary(rest.Length > 0 ? rest : $"one of enum {tag}", cName),
            Naming.Type(field.At, tag));
    }

    private IEnumerable<CsEntryPoint> EntryPoints()
    {
        CFunction? before = null;
        var comment = "";
        foreach (var function in _header.Functions)
        {
            // One comment covers the declarations below it, up to the next empty line.
            var isSameGroup = before is not null
                && function.Comment.Length == 0
                && function.At.Line <= before.LastLine + 1;
            comment = isSameGroup ? comment : function.Comment;
            before = function;
            var types = function.Parameters.Select(parameter => Type(parameter.Type))
                .Append(Type(function.Returns));
            yield return new CsEntryPoint(
                Naming.WithoutPrefix(function.At, function.Name),
                function.Name,
                _docs.Summary(comment, function.Name),
                Prototype(function),
                $"delegate* unmanaged<{string.Join(", ", types)}>");
        }
    }

    private static string Type(CType type)
    {
        var name = type switch
        {
            { IsStruct: true } => Naming.Type(default, type.Name),
            { Name: "char" } => "byte",
            { Name: "void" } => "void",
            _ => TypeReader.Integers[type.Name],
        };
        return type.IsPointer ? name + "*" : name;
    }

    private static string Prototype(CFunction function)
    {
        var parameters = function.Parameters.Count == 0
            ? "void"
            : string.Join(", ", function.Parameters.Select(
                parameter => Declare(parameter.Spelling, parameter.Name)));
        return $"{Declare(function.ReturnSpelling, function.Name)}({parameters})";
    }

    private static string Declare(string type, string name) =>
        type.EndsWith('*') ? type + name : $"{type} {name}".TrimEnd();

    [GeneratedRegex(
        @"^enum (?<tag>dmd_\w+)[,;:.]?\s*(?<rest>.*)$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex EnumComment();
}
