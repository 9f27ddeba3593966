// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Diff.Contract;

namespace Dmadiff.Diff.Reports;

/// <summary>Writes a breach of the contract as text, at most 75 columns wide.</summary>
public static class ContractRenderer
{
    private const int Width = 75;
    private const int NameWidth = 8;

    /// <summary>The rule, the step, what it expects and what there is.</summary>
    public static string Render(ContractBreach breach)
    {
        var finding = breach.Finding;
        var others = breach.Count == 1 ? "" : $", and {breach.Count - 1} more";
        var text = new StringBuilder();
        var rule = ContractRuleNames.Title(finding.Signature.Rule);
        text.Append(breach.Kernel).Append(" breaks the contract, ").Append(rule).Append(":\n");
        Part(text, "at", finding.Line);
        Part(text, "expected", finding.Expected);
        Part(text, "actual", finding.Actual);
        Part(text, "found by", breach.Origin + others);
        return text.ToString();
    }

    // A name and its text, which goes on below itself where the line is full.
    private static void Part(StringBuilder text, string name, string words)
    {
        var line = $"  {name.PadRight(NameWidth)}";
        var indent = new string(' ', line.Length);
        foreach (var word in words.Split(' '))
        {
            if (line.Length + 1 + word.Length > Width && line.Length > indent.Length)
            {
                text.Append(line).Append('\n');
                line = indent;
            }

            line += $" {word}";
        }

        text.Append(line).Append('\n');
    }
}
