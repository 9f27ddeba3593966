// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Traces;

/// <summary>Reads the key=value words of a declaration and remembers where each stood.</summary>
internal sealed class SettingReader(TokenLine line, DiagnosticList diagnostics)
{
    private readonly Dictionary<string, Token> _values = new();

    /// <summary>Column of a key's value, or of the declaration itself.</summary>
    public int ColumnOf(string key) =>
        _values.TryGetValue(key, out var value) ? value.Column : line.Head.Column;

    /// <summary>Reads all words from one on; those that are not of these keys are reported.
    /// </summary>
    public void Read(int from, string[] keys)
    {
        foreach (var token in line.Tokens.Skip(from))
        {
            var equals = token.Text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                Add(token.Column, $"\"{token.Text}\" is not of the form key=value");
                continue;
            }

            var key = token.Text[..equals];
            var value = new Token(token.Text[(equals + 1)..], token.Column + equals + 1);
            if (!keys.Contains(key))
            {
                var hint = Suggestion.For(key, keys);
                Add(token.Column, $"{line.Head.Text} has no setting \"{key}\"{hint}");
            }
            else if (!_values.TryAdd(key, value))
            {
                Add(token.Column, $"{key} is given twice");
            }
        }
    }

    /// <summary>A size, or the default.</summary>
    public ulong Size(string key, ulong otherwise) => Get(key, otherwise, Quantity.ParseSize);

    /// <summary>A number, or the default.</summary>
    public ulong Number(string key, ulong otherwise) => Get(key, otherwise, Quantity.ParseNumber);

    /// <summary>A size that must be given.</summary>
    public ulong RequiredSize(string key)
    {
        Require(key);
        return Size(key, 1);
    }

    /// <summary>A number that must be given.</summary>
    public ulong RequiredNumber(string key)
    {
        Require(key);
        return Number(key, 1);
    }

    /// <summary>yes or no, or the default.</summary>
    public bool Flag(string key, bool otherwise)
    {
        if (!_values.TryGetValue(key, out var value))
        {
            return otherwise;
        }

        if (value.Text is not ("yes" or "no"))
        {
            Add(value.Column, $"{key} must be yes or no: \"{value.Text}\"");
        }

        return value.Text == "yes";
    }

    /// <summary>BASE,SIZE and maybe a suffix; both are 0 when the key is not given.</summary>
    public (ulong Base, ulong Bytes) AddressAndSize(
        string key, Report report, string suffix = "")
    {
        if (Text(key) is not { } text)
        {
            return (0, 0);
        }

        var words = text[..^suffix.Length].Split(',');
        if (words.Length == 2
            && Quantity.ParseNumber(words[0], out var start) is null
            && Quantity.ParseSize(words[1], out var bytes) is null)
        {
            return (start, bytes);
        }

        report(key, $"{key} must be BASE,SIZE, such as 0xfee00000,1M");
        return (0, 0);
    }

    /// <summary>The text, or null when the key is not given.</summary>
    public string? Text(string key) =>
        _values.TryGetValue(key, out var value) ? value.Text : null;

    private ulong Get(string key, ulong otherwise, Parse parse)
    {
        if (!_values.TryGetValue(key, out var token))
        {
            return otherwise;
        }

        if (parse(token.Text, out var value) is { } why)
        {
            Add(token.Column, $"{key}: {why}");
            return otherwise;
        }

        return value;
    }

    private void Require(string key)
    {
        if (!_values.ContainsKey(key))
        {
            Add(line.EndColumn, $"{line.Head.Text} needs {key}=");
        }
    }

    private void Add(int column, string message) => diagnostics.Add(line.Number, column, message);

    private delegate string? Parse(ReadOnlySpan<char> text, out ulong value);
}
