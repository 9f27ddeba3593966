// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Text.RegularExpressions;
using Dmadiff.BindingsGenerator.Parse;

namespace Dmadiff.BindingsGenerator.Passes;

/// <summary>
/// C comments to XML documentation: C names that have a C# counterpart become links.
/// </summary>
/// <param name="header">What the links may point to.</param>
public sealed partial class DocText(CHeader header)
{
    private readonly Dictionary<string, string> _links = Links(header);

    /// <summary>The body of a summary.</summary>
    /// <param name="comment">The comment; may be empty.</param>
    /// <param name="cName">The C name, which stands in for a missing comment.</param>
    public string Summary(string comment, string cName)
    {
        if (comment.Length == 0)
        {
            return $"C: <c>{cName}</c>.";
        }

        var escaped = Sentence(comment)
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
        return CName().Replace(escaped, match =>
            _links.TryGetValue(match.Groups["name"].Value, out var target)
                ? $"<see cref=\"{target}\"/>"
                : match.Value);
    }

    /// <summary>Starts with a capital, unless the first word is code; ends with a full stop.
    /// </summary>
    private static string Sentence(string comment)
    {
        var space = comment.IndexOf(' ', StringComparison.Ordinal);
        var word = space < 0 ? comment : comment[..space];
        var start = word.All(char.IsAsciiLetterLower)
            ? char.ToUpper(comment[0], CultureInfo.InvariantCulture) + comment[1..]
            : comment;
        return start.EndsWith('.') ? start : start + ".";
    }

    private static Dictionary<string, string> Links(CHeader header)
    {
        var links = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var type in header.Enums.Where(type => !Translation.IsConstant(type)))
        {
            var name = Naming.Type(type.At, type.Name);
            var prefix = Naming.CommonPrefix(type.Members).Length;
            links[type.Name] = name;
            foreach (var member in type.Members)
            {
                links[member.Name] = $"{name}.{Naming.Pascal(member.At, member.Name[prefix..])}";
            }
        }

        foreach (var type in header.Structs)
        {
            var name = Naming.Type(type.At, type.Name);
            links[type.Name] = name;
            foreach (var field in type.Fields)
            {
                links[$"{type.Name}.{field.Name}"] =
                    $"{name}.{Naming.Pascal(field.At, field.Name)}";
            }
        }

        foreach (var function in header.Functions)
        {
            links[function.Name] =
                $"AbiEntryPoints.{Naming.WithoutPrefix(function.At, function.Name)}";
        }

        foreach (var constant in header.Constants)
        {
            links[constant.Name] =
                $"AbiConstants.{Naming.WithoutPrefix(constant.At, constant.Name)}";
        }

        return links;
    }

    [GeneratedRegex(
        @"(?<!"")\b(?:enum |struct )?(?<name>dmd_\w+(?:\.\w+)?|DMD_\w+)(?:\(\))?",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex CName();
}
