// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Campaigns;

namespace Dmadiff.Cli.Output;

/// <summary>The last line of a run.</summary>
internal static class Summary
{
    /// <summary>What ran, and how many kinds of findings came of it.</summary>
    public static string Of(Campaign campaign, Contest contest)
    {
        int differences = campaign.Differences.Sum(d => d.Groups.Count);
        int reports = campaign.Crashes.Count(c => c.Crash.Kind == AbiCrashKind.Sanitizer);
        string[] findings =
        [
            .. Some(campaign.Disagreements.Count, "difference from the port"),
            .. Some(Broken(campaign), "broken expectation"),
            .. Some(campaign.Breaches.Count, "breach of the contract"),
            .. Some(campaign.Crashes.Count - reports, "crash"),
            .. Some(reports, "report of sanitizers"),
            .. Some(differences, "difference between kernels"),
        ];
        string found = findings.Length > 0 ? string.Join(", ", findings) : "nothing found";
        return $"{string.Join(", ", contest.Kernels)}: {Count(campaign.Sequences, "sequence")}, "
            + $"{Count(campaign.Operations, "operation")}: {found}";
    }

    /// <summary>The same where only differences between kernels were of interest.</summary>
    public static string OfDifferences(Campaign campaign, Contest contest)
    {
        int differences = campaign.Differences.Sum(d => d.Groups.Count);
        string found = differences == 0 ? "no difference" : Count(differences, "difference");
        return $"{string.Join(", ", contest.Kernels)}: {Count(campaign.Sequences, "sequence")}, "
            + $"{Count(campaign.Operations, "operation")}: {found}";
    }

    /// <summary>"1 trace", "3 traces", "4,000 traces".</summary>
    public static string Count(long number, string noun) => number == 1
        ? "1 " + noun
        : $"{number:N0} {Plural(noun)}";

    // One line of a trace, on however many engines it does not hold.
    private static int Broken(Campaign campaign) => campaign.BrokenExpectations
        .Select(b => (b.Origin, b.Failure.Operation)).Distinct().Count();

    private static string[] Some(int number, string noun) =>
        number == 0 ? [] : [Count(number, noun)];

    // The noun is the first word; "crash" takes an e.
    private static string Plural(string noun)
    {
        int end = noun.IndexOf(' ');
        string head = end < 0 ? noun : noun[..end];
        string rest = end < 0 ? string.Empty : noun[end..];
        if (head == "broken")
        {
            return noun + "s";
        }

        return head + (head.EndsWith('h') ? "es" : "s") + rest;
    }
}
