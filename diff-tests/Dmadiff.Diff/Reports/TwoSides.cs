// SPDX-License-Identifier: GPL-2.0-only
using System.Text;

namespace Dmadiff.Diff.Reports;

/// <summary>Plain text with the left side next to the right side, at most 75 columns wide:
/// it must survive being quoted in a mail.</summary>
/// <param name="width">Widest line, in characters.</param>
internal sealed class TwoSides(int width = TwoSides.Width)
{
    /// <summary>Widest line of what is mailed, in characters.</summary>
    public const int Width = 75;

    private const int Label = 17;
    private const int Cell = 27;
    private readonly StringBuilder _text = new();

    /// <summary>A line of its own; wrapped at spaces when it is too long.</summary>
    public void Line(string text = "", int indent = 0)
    {
        foreach (var part in Wrap(text, width - indent))
        {
            Emit(new string(' ', indent) + part);
        }
    }

    /// <summary>A line whose continuation is indented.</summary>
    public void Hanging(string text, int indent)
    {
        var first = Wrap(text, width)[0];
        Emit(first);
        if (text.Length > first.Length)
        {
            Line(text[first.Length..].TrimStart(), indent);
        }
    }

    /// <summary>"  label            text", wrapped below itself.</summary>
    public void Entry(string label, string text)
    {
        var first = true;
        foreach (var part in Wrap(text, width - Label - 2))
        {
            Emit($"  {(first ? label : "").PadRight(Label)}{part}");
            first = false;
        }
    }

    /// <summary>A row of the table; cells that do not fit go on below.</summary>
    public void Row(string label, string left, string right)
    {
        var lefts = Wrap(left, Cell);
        var rights = Wrap(right, Cell);
        for (var i = 0; i < Math.Max(lefts.Count, rights.Count); i++)
        {
            var name = (i == 0 ? label : "").PadRight(Label);
            var a = (i < lefts.Count ? lefts[i] : "").PadRight(Cell);
            Emit($"  {name}{a} {(i < rights.Count ? rights[i] : "")}");
        }
    }

    public override string ToString() => _text.ToString();

    private void Emit(string line) => _text.Append(line.TrimEnd()).Append('\n');

    private static List<string> Wrap(string text, int width)
    {
        var parts = new List<string>();
        var rest = text;
        while (rest.Length > width)
        {
            var cut = rest.LastIndexOf(' ', width);
            var end = cut > 0 ? cut : width;
            parts.Add(rest[..end]);
            rest = rest[end..].TrimStart();
        }

        parts.Add(rest);
        return parts;
    }
}
