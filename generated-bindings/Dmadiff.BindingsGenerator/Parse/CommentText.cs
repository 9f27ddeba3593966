// SPDX-License-Identifier: GPL-2.0-only
using System.Text;

namespace Dmadiff.BindingsGenerator.Parse;

/// <summary>The text of a declaration's comment, on one line.</summary>
public static class CommentText
{
    /// <summary>Joins what clang found in the comment.</summary>
    /// <param name="declaration">A node that may have a comment.</param>
    /// <returns>The text; empty when there is no comment.</returns>
    public static string Of(AstNode declaration)
    {
        var words = new StringBuilder();
        foreach (var comment in declaration.Of("FullComment"))
        {
            Append(words, comment);
        }

        return string.Join(
            ' ', words.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
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
