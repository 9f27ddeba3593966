// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>The conditions of the preprocessor that the lines of a C file stand under.</summary>
public sealed class LineGuards
{
    private readonly List<IReadOnlyList<string>> _lines = [];

    private LineGuards()
    {
    }

    /// <summary>Reads a file.</summary>
    public static LineGuards Of(string text)
    {
        var guards = new LineGuards();
        var open = new List<Branch>();
        IReadOnlyList<string> now = [];
        string directive = string.Empty;
        foreach (string line in text.Split('\n'))
        {
            guards._lines.Add(now);
            directive += directive.Length > 0 || line.TrimStart().StartsWith('#')
                ? line.TrimEnd('\r', '\\')
                : string.Empty;
            if (directive.Length == 0 || line.TrimEnd('\r').EndsWith('\\'))
            {
                continue;
            }

            if (Apply(directive, open))
            {
                now = [.. open.Select(b => b.Condition)];
            }

            directive = string.Empty;
        }

        return guards;
    }

    /// <summary>What has to hold for a line to be compiled, outermost first.</summary>
    /// <param name="line">From 1 on; lines that there are not have no conditions.</param>
    public IReadOnlyList<string> Of(int line) =>
        line >= 1 && line <= _lines.Count ? _lines[line - 1] : [];

    /// <summary>Whether a line is compiled; null when that is not known.</summary>
    /// <param name="line">From 1 on.</param>
    /// <param name="isOn">Whether a macro is defined and not 0; null when that is not known.
    /// </param>
    public bool? IsCompiled(int line, Func<string, bool?> isOn)
    {
        bool? all = true;
        foreach (string condition in Of(line))
        {
            bool? one = GuardExpression.Evaluate(condition, isOn);
            if (one == false)
            {
                return false;
            }

            all = one is null ? null : all;
        }

        return all;
    }

    private static bool Apply(string directive, List<Branch> open)
    {
        string[] words = directive.TrimStart()[1..].TrimStart().Split([' ', '\t'], 2);
        string rest = words.Length > 1 ? words[1].Split("/*")[0].Split("//")[0].Trim() : "";
        switch (words[0])
        {
            case "ifdef":
                open.Add(new Branch($"defined({rest})", $"!defined({rest})"));
                return true;
            case "ifndef":
                open.Add(new Branch($"!defined({rest})", $"defined({rest})"));
                return true;
            case "if":
                open.Add(new Branch(rest, $"!({rest})"));
                return true;
            case "elif" when open.Count > 0:
                open[^1] = new Branch(
                    $"{open[^1].Else} && ({rest})", $"{open[^1].Else} && !({rest})");
                return true;
            case "else" when open.Count > 0:
                open[^1] = open[^1] with { Condition = open[^1].Else };
                return true;
            case "endif" when open.Count > 0:
                open.RemoveAt(open.Count - 1);
                return true;
            default:
                return false;
        }
    }

    private readonly record struct Branch(string Condition, string Else);
}
