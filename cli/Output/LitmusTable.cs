// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Litmus;
using Dmadiff.KernelHarness.Litmus;

namespace Dmadiff.Cli.Output;

/// <summary>Prints what is expected of litmus tests, and what herd7 said.</summary>
/// <param name="output">Where to.</param>
internal sealed class LitmusTable(TextWriter output)
{
    private const int NameWidth = 28;
    private const int VerdictWidth = 12;

    /// <summary>Prints a line a test.</summary>
    /// <param name="tests">The tests.</param>
    /// <param name="answer">Runs one; null when there is nothing to run it.</param>
    /// <returns>Whether all answers are the expected ones.</returns>
    public bool Write(IEnumerable<LitmusTest> tests, Func<LitmusTest, LitmusAnswer?> answer)
    {
        bool allRight = true;
        output.WriteLine(
            "outcome of".PadRight(NameWidth) + "expected".PadRight(VerdictWidth) + "herd7");
        foreach (LitmusTest test in tests)
        {
            LitmusAnswer? said = answer(test);
            bool right = said is null or { Problem: null } && (said is null
                || said.Verdict == test.Expected);
            allRight &= right;
            output.WriteLine(
                test.Name.PadRight(NameWidth) + Word(test.Expected).PadRight(VerdictWidth)
                + (said is null ? "not run" : Words(said)) + (right ? string.Empty : "  WRONG"));
        }

        return allRight;
    }

    private static string Words(LitmusAnswer said) => string.Join(
        ", ",
        new[] { said.Verdict is { } verdict ? Word(verdict) : null, said.Problem }
            .Where(word => word is not null));

    private static string Word(LitmusVerdict verdict) => verdict switch
    {
        LitmusVerdict.Never => "forbidden",
        LitmusVerdict.Sometimes => "allowed",
        _ => "certain",
    };
}
