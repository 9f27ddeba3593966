// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;

namespace Dmadiff.KernelHarness.Series;

/// <summary>Evaluates a condition of the preprocessor, as far as it is about what is defined.
/// </summary>
internal sealed partial class GuardExpression
{
    private readonly string[] _tokens;
    private readonly Func<string, bool?> _isOn;
    private int _next;

    private GuardExpression(string text, Func<string, bool?> isOn)
    {
        _tokens = [.. Token().Matches(text).Select(m => m.Value)];
        _isOn = isOn;
    }

    private string Now => _next < _tokens.Length ? _tokens[_next] : string.Empty;

    /// <summary>Whether it holds; null when that depends on what is not known.</summary>
    /// <param name="text">The condition.</param>
    /// <param name="isOn">Whether a macro is defined and not 0, or null.</param>
    public static bool? Evaluate(string text, Func<string, bool?> isOn)
    {
        var expression = new GuardExpression(text, isOn);
        bool? value = expression.Any();
        return expression.Now.Length == 0 ? value : null;
    }

    private bool? Any()
    {
        bool? value = All();
        while (Take("||"))
        {
            value |= All();
        }

        return value;
    }

    private bool? All()
    {
        bool? value = One();
        while (Take("&&"))
        {
            value &= One();
        }

        return value;
    }

    private bool? One()
    {
        if (Take("!"))
        {
            return !One();
        }

        bool? value = Operand();
        while (Now.Length > 0 && Now is not ("&&" or "||" or ")"))
        {
            // A comparison, of which nothing is known.
            _next++;
            Operand();
            value = null;
        }

        return value;
    }

    private bool? Operand()
    {
        if (Take("("))
        {
            bool? inner = Any();
            Take(")");
            return inner;
        }

        string word = Now;
        _next++;
        if (word is "defined" or "IS_ENABLED" or "IS_BUILTIN" or "IS_REACHABLE")
        {
            bool inParentheses = Take("(");
            string name = Now;
            _next++;
            if (inParentheses)
            {
                Take(")");
            }

            return _isOn(name);
        }

        if (Take("("))
        {
            // A macro that takes arguments.
            for (int depth = 1; depth > 0 && Now.Length > 0; _next++)
            {
                depth += Now == "(" ? 1 : Now == ")" ? -1 : 0;
            }

            return null;
        }

        return long.TryParse(word, out long number) ? number != 0 : _isOn(word);
    }

    private bool Take(string token)
    {
        bool taken = Now == token;
        _next += taken ? 1 : 0;
        return taken;
    }

    [GeneratedRegex(@"\w+|&&|\|\||[<>=!]=|[^\s\w]", RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex Token();
}
