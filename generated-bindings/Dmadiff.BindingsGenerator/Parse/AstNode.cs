// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.BindingsGenerator.Parse;

/// <summary>One node of clang's syntax tree: the properties that the generator looks at.</summary>
public sealed class AstNode
{
    /// <summary>"RecordDecl", "FieldDecl", "TextComment" ...</summary>
    public string Kind { get; set; } = "";

    /// <summary>Name of what is declared; empty when it has none.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where the name is.</summary>
    public Location At { get; set; }

    /// <summary>Last line of the declaration.</summary>
    public int LastLine { get; set; }

    /// <summary>The type as written: "uint32_t", "const struct dmd_op *".</summary>
    public string Type { get; set; } = "";

    /// <summary>"struct" or "union".</summary>
    public string Tag { get; set; } = "";

    /// <summary>Value of a constant expression; empty for other nodes.</summary>
    public string Value { get; set; } = "";

    /// <summary>Text of a comment; empty for other nodes.</summary>
    public string Text { get; set; } = "";

    /// <summary>Whether a field is a bit-field.</summary>
    public bool IsBitField { get; set; }

    /// <summary>Whether a function takes "...".</summary>
    public bool IsVariadic { get; set; }

    /// <summary>Whether clang made the node up.</summary>
    public bool IsImplicit { get; set; }

    /// <summary>Whether a record has a body.</summary>
    public bool IsComplete { get; set; }

    /// <summary>Child nodes, in source order.</summary>
    public List<AstNode> Children { get; } = [];

    /// <summary>The children of one kind.</summary>
    public IEnumerable<AstNode> Of(string kind) =>
        Children.Where(child => string.Equals(child.Kind, kind, StringComparison.Ordinal));
}
