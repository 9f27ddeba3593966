// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.BindingsGenerator.Parse;

/// <summary>Clang's syntax tree to the model; refuses what the model has no word for.</summary>
/// <param name="clang">The compiler.</param>
/// <param name="header">Path of the header.</param>
public sealed class HeaderParser(Clang clang, string header)
{
    private readonly ConstantProbe _probe = new();
    private readonly List<Func<CEnum>> _enums = [];
    private readonly List<Func<CStruct>> _structs = [];
    private readonly List<CFunction> _functions = [];
    private readonly CommentText _comments = new();
    private readonly HashSet<string> _tags = new(StringComparer.Ordinal);

    /// <summary>Reads the header.</summary>
    /// <exception cref="GeneratorException">It has something that cannot cross the boundary,
    /// or it does not compile.</exception>
    public CHeader Parse()
    {
        var tree = AstReader.Read(clang.DumpTree(header));
        foreach (var node in tree.Children.Where(IsFromHeader))
        {
            ReadDeclaration(node);
        }

        var macros = MacroReader.Read(clang, header)
            .Select(macro => (macro.Name, macro.At, Number: _probe.Add(macro.Name, macro.At)))
            .ToList();
        _probe.Run(clang, header);
        return new CHeader(
            _enums.Select(finish => finish()).ToList(),
            _structs.Select(finish => finish()).ToList(),
            _functions,
            macros.Select(macro => new CConstant(
                macro.Name, macro.At, _probe.Type(macro.Number), _probe.Value(macro.Number)))
                .ToList());
    }

    private bool IsFromHeader(AstNode node) =>
        Clang.IsPart(node.At.File, header) && !node.IsImplicit;

    private void ReadDeclaration(AstNode node)
    {
        switch (node.Kind)
        {
            case "EnumDecl":
                ReadEnum(node);
                break;
            case "RecordDecl":
                ReadStruct(node);
                break;
            case "FunctionDecl":
                ReadFunction(node);
                break;
            case "StaticAssertDecl" or "EmptyDecl":
                break;
            default:
                throw new GeneratorException(
                    node.At,
                    $"{node.Name} is a {node.Kind}: only enums, structs, functions and integer"
                    + " macros cross the boundary");
        }
    }

    private void ReadEnum(AstNode node)
    {
        RequireName(node, "an enum");
        var comment = _comments.Of(node);
        var members = new List<Func<CEnumerator>>();
        foreach (var member in node.Of("EnumConstantDecl"))
        {
            var value = _probe.Add(member.Name, member.At);
            var memberComment = _comments.Of(member);
            members.Add(() => new CEnumerator(
                member.Name, member.At, memberComment, _probe.UInt32(value)));
        }

        _enums.Add(() => new CEnum(
            node.Name, node.At, comment, members.Select(finish => finish()).ToList()));
    }

    private void ReadStruct(AstNode node)
    {
        RejectUnion(node);
        RequireName(node, "a struct");
        if (!node.IsComplete)
        {
            throw new GeneratorException(node.At, $"struct {node.Name} has no body");
        }

        var comment = _comments.Of(node);
        var fields = new List<Func<CField>>();
        foreach (var child in node.Children.Where(child => child.Kind is not "FullComment"))
        {
            fields.Add(ReadField(node, child));
        }

        _tags.Add(node.Name);
        var size = _probe.Add($"sizeof(struct {node.Name})", node.At);
        _structs.Add(() => WithoutHoles(new CStruct(
            node.Name,
            node.At,
            comment,
            fields.Select(finish => finish()).ToList(),
            _probe.UInt32(size))));
    }

    private Func<CField> ReadField(AstNode owner, AstNode node)
    {
        RejectUnion(node);
        var name = $"{owner.Name}.{node.Name}";
        if (node.Kind is not "FieldDecl")
        {
            throw new GeneratorException(
                node.At, $"struct {owner.Name} has a {node.Kind}: only plain fields are allowed");
        }

        if (node.IsBitField)
        {
            throw new GeneratorException(
                node.At, $"{name} is a bit-field: its place differs between compilers");
        }

        var type = new TypeReader(_tags).Field(node.At, name, node.Type);
        var offset = _probe.Add(
            $"__builtin_offsetof(struct {owner.Name}, {node.Name})", node.At);
        var size = _probe.Add($"sizeof(((struct {owner.Name} *)0)->{node.Name})", node.At);
        var comment = _comments.Of(node);
        return () => new CField(
            node.Name, node.At, comment, type, _probe.UInt32(offset), _probe.UInt32(size));
    }

    private void ReadFunction(AstNode node)
    {
        if (node.IsVariadic)
        {
            throw new GeneratorException(
                node.At, $"{node.Name} is variadic: C# cannot call it through a pointer");
        }

        if (node.Of("CompoundStmt").Any())
        {
            throw new GeneratorException(
                node.At, $"{node.Name} has a body: a function in the header has no symbol to load");
        }

        var types = new TypeReader(_tags);
        var spelling = node.Type[..node.Type.IndexOf('(', StringComparison.Ordinal)].TrimEnd();
        var returns = types.Argument(
            node.At, $"what {node.Name} returns", spelling, mayBeVoid: true);
        var parameters = node.Of("ParmVarDecl")
            .Select(parameter => new CParameter(
                parameter.Name,
                types.Argument(
                    parameter.At,
                    $"parameter {parameter.Name} of {node.Name}",
                    parameter.Type,
                    mayBeVoid: false),
                parameter.Type))
            .ToList();
        _functions.Add(new CFunction(
            node.Name, node.At, node.LastLine, _comments.Of(node), returns, spelling, parameters));
    }

    private static void RejectUnion(AstNode node)
    {
        if (node.Tag is "union")
        {
            throw new GeneratorException(
                node.At, "a union: what it holds cannot be known from its bytes");
        }
    }

    private static void RequireName(AstNode node, string what)
    {
        if (node.Name.Length == 0)
        {
            throw new GeneratorException(node.At, $"{what} without a name");
        }
    }

    /// <summary>A hole would hold stale bytes, and results are compared byte for byte.</summary>
    private static CStruct WithoutHoles(CStruct type)
    {
        var end = 0u;
        foreach (var field in type.Fields)
        {
            if (field.Offset != end)
            {
                throw new GeneratorException(
                    field.At,
                    $"{field.Offset - end} bytes of padding before {type.Name}.{field.Name}:"
                    + " name them");
            }

            end = field.Offset + field.Size;
        }

        return type.Size == end
            ? type
            : throw new GeneratorException(
                type.At,
                $"{type.Size - end} bytes of padding at the end of {type.Name}: name them");
    }
}
