// SPDX-License-Identifier: GPL-2.0-only
using System.Text;

namespace Dmadiff.BindingsGenerator.Parse;

/// <summary>
/// The text of a declaration's comment, on one line. Clang gives an enumerator that has no
/// comment the one above its predecessor, so a comment is handed out once only: declarations
/// must be asked for in source order.
/// </summary>
public sealed class CommentText
{
    private readonly HashSet<(Location At, string Text)> _taken = [];

    /// <summary>Joins what clang found in the comment.</summary>
    /// <param name="declaration">A node that may have a comment.</param>
    /// <returns>The text; empty when there is no comment.</returns>
    public string Of(AstNode declaration)
    {
        var words = new StringBuilder();
        var comment = declaration.Of("FullComment").FirstOrDefault();
        if (comment is null)
        {
            return "";
        }

        Append(words, comment);
        var text = string.Join(
            ' ', words.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return _taken.Add((comment.At, text)) ? text : "";
    }

    private static void Append(StringBuilder words, AstNode node)
    {
        if (node.Kind is not ("FullComment" or "ParagraphComment" or "TextComment"))
        {
            throw new GeneratorException(
                node.At,
                $"the comment has a documentation command or a tag ({node.Kind}): use plain text");
        }

        words.Append(node.Text).Append(' ');
        foreach (var child in node.Children)
        {
            Append(words, child);
        }
    }
}
