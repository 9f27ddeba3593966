// SPDX-License-Identifier: GPL-2.0-only
using System.Text;

namespace Dmadiff.BindingsGenerator.Parse;

/// <summary>
/// Has clang work out integer constant expressions: each becomes an enumerator of a small
/// translation unit after the header, whose value is then read from the syntax tree.
/// </summary>
public sealed class ConstantProbe
{
    private const string Prefix = "dmadiff_probe_";
    private readonly List<(string Expression, Location At)> _questions = [];
    private List<(string Type, string Value)> _answers = [];

    /// <summary>Adds an expression.</summary>
    /// <param name="expression">C text.</param>
    /// <param name="at">Where to put the blame if clang cannot work it out.</param>
    /// <returns>The number to ask <see cref="Type"/> and <see cref="Value"/> for.</returns>
    public int Add(string expression, Location at)
    {
        _questions.Add((expression, at));
        return _questions.Count - 1;
    }

    /// <summary>Works out everything that was added.</summary>
    /// <param name="clang">The compiler.</param>
    /// <param name="header">Path of the header that the expressions refer to.</param>
    public void Run(Clang clang, string header)
    {
        var source = new StringBuilder();
        for (var i = 0; i < _questions.Count; i++)
        {
            var (expression, at) = _questions[i];
            source.Append($"#line {at.Line} \"{at.File}\"\n");
            source.Append($"enum {{ {Prefix}{i} = ({expression}) }};\n");
        }

        _answers = AstReader.Read(clang.DumpTree(header, source.ToString())).Of("EnumDecl")
            .SelectMany(declaration => declaration.Of("EnumConstantDecl"))
            .Where(constant => constant.Name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(Answer)
            .Select(expression => (expression.Type, expression.Value))
            .ToList();
    }

    /// <summary>A value wider than an int stands below a cast to the enum's own type.</summary>
    private static AstNode Answer(AstNode node) =>
        node.Of("ConstantExpr").FirstOrDefault() ?? Answer(node.Children[0]);

    /// <summary>The type of an expression: "unsigned int".</summary>
    public string Type(int number) => _answers[number].Type;

    /// <summary>The value of an expression, in decimal.</summary>
    public string Value(int number) => _answers[number].Value;

    /// <summary>The value of an expression that must fit 32 bits, unsigned.</summary>
    public uint UInt32(int number) =>
        uint.TryParse(Value(number), out var value)
            ? value
            : throw new GeneratorException(
                _questions[number].At,
                $"{_questions[number].Expression} is {Value(number)}, which does not fit uint32_t");
}
