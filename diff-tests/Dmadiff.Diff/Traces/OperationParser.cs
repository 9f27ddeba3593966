// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Traces;

/// <summary>Reads one line below the declarations, as its <see cref="OperationSyntax"/>
/// says.</summary>
internal sealed class OperationParser
{
    private static readonly Dictionary<string, Operand> Options = new()
    {
        ["seed"] = Operand.Seed,
        ["granule"] = Operand.Granule,
        ["start"] = Operand.Start,
        ["limit"] = Operand.Limit,
        ["iova"] = Operand.Iova,
        ["align"] = Operand.Align,
        ["skip_sync"] = Operand.SkipSync,
        ["no_warn"] = Operand.NoWarn,
        ["chain"] = Operand.Chain,
        ["gfp"] = Operand.Gfp,
        ["attr"] = Operand.Attr,
    };

    private readonly TokenLine _line;
    private readonly DiagnosticList _diagnostics;
    private readonly Dictionary<string, int> _columns = new();
    private bool _faulty;
    private int _next = 1;

    private OperationParser(TokenLine line, DiagnosticList diagnostics)
    {
        _line = line;
        _diagnostics = diagnostics;
    }

    /// <summary>Reads the line and checks it against what came before.</summary>
    /// <returns>The operation, or null when the line is none.</returns>
    public static Operation? Read(TokenLine line, OperationRules rules, DiagnosticList diagnostics)
    {
        var parser = new OperationParser(line, diagnostics);
        if (parser.ReadWord() is not { } operation)
        {
            return null;
        }

        operation = operation with { Source = new SourceLine(line.Number) };
        if (parser._faulty)
        {
            rules.Assume(operation);
        }
        else
        {
            rules.Apply(operation, parser.ReportPart);
        }

        return operation;
    }

    private Operation? ReadWord()
    {
        var word = _line.Head.Text;
        if (word == OperationSyntax.ExpectWord)
        {
            return ReadExpectation();
        }

        if (OperationSyntax.Find(word) is not { } syntax)
        {
            var known = OperationSyntax.All.Select(s => s.Word)
                .Append(OperationSyntax.ExpectWord)
                .Concat(DeclarationParser.Words);
            Complain(
                _line.Head.Column,
                $"unknown operation \"{word}\"{Suggestion.For(word, known)}");
            return null;
        }

        var operation = new Operation(syntax.Kind);
        foreach (var operand in syntax.Operands.Where(IsPositional))
        {
            if (operand == Operand.Entries)
            {
                operation = ReadEntries(operation, syntax);
                continue;
            }

            if (_next >= _line.Tokens.Count)
            {
                Complain(_line.EndColumn, $"{word} is incomplete: {syntax.Usage}");
                return operation;
            }

            var token = _line.Tokens[_next++];
            _columns[operand.ToString()] = token.Column;
            operation = ReadPositional(operation, operand, token);
        }

        return ReadOptions(operation, syntax);
    }

    private Operation ReadOptions(Operation operation, OperationSyntax syntax)
    {
        var seen = new HashSet<Operand>();
        foreach (var token in _line.Tokens.Skip(_next))
        {
            var word = token.Text.Split('=')[0];
            Operand? option = Options.TryGetValue(word, out var found)
                ? found
                : AttrWords.Find(word);
            if (option is not { } known || !syntax.Operands.Contains(known))
            {
                Complain(token.Column, $"\"{token.Text}\" is not expected here: {syntax.Usage}");
                continue;
            }

            if (!seen.Add(known))
            {
                Complain(token.Column, $"{token.Text.Split('=')[0]} is given twice");
            }

            _columns[known.ToString()] = token.Column;
            operation = ReadOption(operation, known, token);
        }

        foreach (var (name, needed) in Options.Where(o => IsNeeded(o.Value)))
        {
            if (syntax.Operands.Contains(needed) && !seen.Contains(needed))
            {
                Complain(_line.EndColumn, $"{syntax.Word} needs {name}=: {syntax.Usage}");
            }
        }

        return operation;
    }

    private Operation ReadOption(Operation operation, Operand option, Token token)
    {
        var equals = token.Text.IndexOf('=', StringComparison.Ordinal);
        var attr = AttrWords.Of(option);
        if (option is Operand.SkipSync or Operand.NoWarn || attr != Bindings.AbiAttr.None)
        {
            if (equals >= 0)
            {
                Complain(token.Column, $"{token.Text[..equals]} takes no value");
            }

            return option switch
            {
                Operand.SkipSync => operation with { SkipSync = true },
                Operand.NoWarn => operation with { NoWarn = true },
                _ => operation with { Attrs = operation.Attrs | attr },
            };
        }

        var text = equals < 0 ? "" : token.Text[(equals + 1)..];
        var value = new Token(text, token.Column + equals + 1);
        if (option == Operand.Gfp)
        {
            if (!AttrWords.TryParseGfp(text, out var gfp))
            {
                UnknownWord(token with { Text = text }, "gfp", AttrWords.Gfps);
            }

            return operation with { Number = gfp };
        }

        if (option == Operand.Attr)
        {
            var numbered = AttrWords.Numbered(ReadNumber(value));
            if (numbered == Bindings.AbiAttr.None && !_faulty)
            {
                Complain(value.Column, AttrWords.NumberedComplaint);
            }

            return operation with { Attrs = operation.Attrs | numbered };
        }

        return option == Operand.Granule
            ? operation with { Size = ReadSize(value) }
            : operation with { Number = ReadNumber(value) };
    }

    private Operation ReadPositional(Operation operation, Operand operand, Token token)
    {
        switch (operand)
        {
            case Operand.Mapping:
                return operation with { Mapping = ReadName(token) };
            case Operand.Device:
                return operation with { Device = ReadName(token) };
            case Operand.BufferPlace:
                var (buffer, start) = ReadPlace(token);
                return operation with { Buffer = buffer, Offset = start };
            case Operand.MappingPlace:
                var (mapping, offset) = ReadPlace(token);
                return operation with { Mapping = mapping, Offset = offset };
            case Operand.Size:
                return operation with { Size = ReadSize(token) };
            case Operand.Domain:
                return operation with { Domain = ReadName(token) };
            case Operand.Pages:
                return operation with { Size = ReadNumber(token) };
            case Operand.LastPfn:
                return operation with { Offset = ReadNumber(token) };
            case Operand.Number or Operand.Address or Operand.Pfn:
                return operation with { Number = ReadNumber(token) };
            case Operand.List:
                return operation with { List = ReadName(token) };
            case Operand.Pool:
                return operation with { Pool = ReadName(token) };
            case Operand.Direction:
                if (!TraceWords.TryParse(token.Text, out Bindings.AbiDirection direction))
                {
                    UnknownWord(token, "direction", TraceWords.Directions);
                }

                return operation with { Direction = direction };
            case Operand.IotlbCount:
                if (!TraceWords.TryParse(token.Text, out Bindings.AbiIotlbCount count))
                {
                    UnknownWord(token, "count", TraceWords.IotlbCounts);
                }

                return operation with { IotlbCount = count };
            default:
                if (!TraceWords.TryParse(token.Text, out Bindings.AbiDebugfsFile file))
                {
                    UnknownWord(token, "debugfs file", TraceWords.Files);
                }

                return operation with { File = file };
        }
    }

    // All words up to the options.
    private Operation ReadEntries(Operation operation, OperationSyntax syntax)
    {
        var entries = new List<ScatterPlace>();
        for (; _next < _line.Tokens.Count && !_line.Tokens[_next].Text.Contains('='); _next++)
        {
            var token = _line.Tokens[_next];
            _columns.TryAdd(nameof(Operand.Entries), token.Column);
            var colon = token.Text.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                Complain(token.Column, $"\"{token.Text}\" is not of the form b0+0:4K");
                continue;
            }

            var (buffer, offset) = ReadPlace(token with { Text = token.Text[..colon] });
            var size = ReadSize(new Token(token.Text[(colon + 1)..], token.Column + colon + 1));
            entries.Add(new ScatterPlace(buffer, offset, size));
        }

        if (entries.Count == 0 && !_faulty)
        {
            Complain(_line.EndColumn, $"{syntax.Word} is incomplete: {syntax.Usage}");
        }

        return operation with { Entries = ValueList.From(entries) };
    }

    private Operation? ReadExpectation()
    {
        const string usage = "expect POOL used=N [nslabs=N], or expect last STATUS";
        if (_line.Tokens.Count < 3)
        {
            Complain(_line.EndColumn, $"expect is incomplete: {usage}");
            return null;
        }

        var subject = _line.Tokens[1];
        _columns[nameof(Operand.Pool)] = subject.Column;
        _columns["last"] = subject.Column;
        if (subject.Text == "last")
        {
            if (!TraceWords.TryParse(_line.Tokens[2].Text, out Bindings.AbiStatus status))
            {
                UnknownWord(_line.Tokens[2], "status", TraceWords.Statuses);
            }

            foreach (var extra in _line.Tokens.Skip(3))
            {
                Complain(extra.Column, $"\"{extra.Text}\" is not expected here: {usage}");
            }

            return new Operation(OperationKind.ExpectLast) { ExpectedStatus = status };
        }

        return ReadFigures(usage, subject);
    }

    private Operation ReadFigures(string usage, Token subject)
    {
        ulong? used = null;
        ulong? nslabs = null;
        foreach (var token in _line.Tokens.Skip(2))
        {
            var equals = token.Text.IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? "" : token.Text[..equals];
            if (key is not ("used" or "nslabs"))
            {
                Complain(token.Column, $"\"{token.Text}\" is not expected here: {usage}");
                continue;
            }

            if ((key == "used" ? used : nslabs) is not null)
            {
                Complain(token.Column, $"{key} is given twice");
            }

            var value = new Token(token.Text[(equals + 1)..], token.Column + equals + 1);
            if (key == "used")
            {
                used = ReadNumber(value);
            }
            else
            {
                nslabs = ReadNumber(value);
            }
        }

        return new Operation(OperationKind.ExpectPool)
        {
            Pool = ReadName(subject),
            ExpectedUsed = used,
            ExpectedNslabs = nslabs,
        };
    }

    private string ReadName(Token token)
    {
        if (NameRule.IsName(token.Text))
        {
            return token.Text;
        }

        Complain(token.Column, NameRule.Complaint(token.Text));
        return "";
    }

    private (string Name, ulong Offset) ReadPlace(Token token)
    {
        var plus = token.Text.IndexOf('+', StringComparison.Ordinal);
        if (plus < 0)
        {
            return (ReadName(token), 0);
        }

        var name = ReadName(token with { Text = token.Text[..plus] });
        var offset = new Token(token.Text[(plus + 1)..], token.Column + plus + 1);
        return (name, ReadSize(offset));
    }

    private ulong ReadSize(Token token)
    {
        if (Quantity.ParseSize(token.Text, out var value) is { } why)
        {
            Complain(token.Column, why);
        }

        return value;
    }

    private ulong ReadNumber(Token token)
    {
        if (Quantity.ParseNumber(token.Text, out var value) is { } why)
        {
            Complain(token.Column, why);
        }

        return value;
    }

    private void UnknownWord(Token token, string what, IEnumerable<string> known)
    {
        var words = known.ToList();
        var hint = Suggestion.For(token.Text, words);
        if (hint.Length == 0)
        {
            hint = $"; there are {string.Join(", ", words)}";
        }

        Complain(token.Column, $"unknown {what} \"{token.Text}\"{hint}");
    }

    private void ReportPart(string part, string message) =>
        Complain(_columns.GetValueOrDefault(part, _line.Head.Column), message);

    private void Complain(int column, string message)
    {
        _faulty = true;
        _diagnostics.Add(_line.Number, column, message);
    }

    private static bool IsPositional(Operand operand) => operand < Operand.Seed;

    private static bool IsNeeded(Operand operand) =>
        operand is >= Operand.Seed and < Operand.Align;
}
