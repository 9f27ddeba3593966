// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Contract.Shadow;

/// <summary>A byte that is not what it has to be.</summary>
/// <param name="Rule">The rule that says so.</param>
/// <param name="Expected">The byte, and why.</param>
/// <param name="Actual">The byte there is, and how many are wrong.</param>
internal sealed record WrongByte(ContractRuleId Rule, string Expected, string Actual);

/// <summary>Compares what there is with what has to be.</summary>
internal static class ByteComparison
{
    /// <summary>The first byte that is neither as expected nor as the alternative, which
    /// may be empty; null when there is none.</summary>
    public static WrongByte? FirstWrong(
        ContractRuleId rule,
        ReadOnlySpan<byte> seen,
        ReadOnlySpan<byte> expected,
        ReadOnlySpan<byte> or,
        Func<int, string> place)
    {
        var first = Next(seen, expected, or, 0);
        if (first < 0)
        {
            return null;
        }

        var count = 0;
        for (var i = first; i >= 0; i = Next(seen, expected, or, i + 1))
        {
            count++;
        }

        var others = count == 1 ? "" : $", and {count - 1} other bytes are wrong";
        return new WrongByte(
            rule,
            $"0x{expected[first]:x2} at {place(first)}",
            $"0x{seen[first]:x2}{others}");
    }

    private static int Next(
        ReadOnlySpan<byte> seen, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> or, int from)
    {
        for (var i = from; i < seen.Length; i++)
        {
            i += seen[i..].CommonPrefixLength(expected[i..]);
            if (i >= seen.Length)
            {
                return -1;
            }

            if (or.Length == 0 || or[i] != seen[i])
            {
                return i;
            }
        }

        return -1;
    }
}
