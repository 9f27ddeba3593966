// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Text.RegularExpressions;
using Dmadiff.Bindings;
using Dmadiff.Diff.Campaigns;
using Dmadiff.Diff.Contract;
using Dmadiff.Diff.Differences;
using Dmadiff.Diff.Histories;
using Dmadiff.Diff.Reports;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Findings;

/// <summary>What the findings of a campaign need from whoever ran it.</summary>
/// <param name="Environment">Compiler and host in one line.</param>
/// <param name="Store">Writes a trace to a file that is named after a subject, and gives the
/// path.</param>
/// <param name="Replay">The command that runs the trace at a path again.</param>
/// <param name="Locate">Where a kernel, by its name, defines a function.</param>
/// <param name="Commits">The commits between two kernels that touch a place in the second.
/// </param>
public sealed record FindingContext(
    string Environment,
    Func<string, Trace, string> Store,
    Func<string, ShellCommand> Replay,
    Func<string, string, FindingPlace> Locate,
    Func<string, string, FindingPlace, IReadOnlyList<string>> Commits);

/// <summary>Puts what a campaign found into the terms that all outputs share.</summary>
/// <param name="context">See there.</param>
public sealed partial class CampaignFindings(FindingContext context)
{
    /// <summary>What was looked into, most serious findings first.</summary>
    public IReadOnlyList<Check> Of(Campaign campaign, Contest contest)
    {
        var differences = campaign.Differences.Select(d => Of(d, campaign));
        if (campaign.BetweenKernelsOnly)
        {
            return [.. differences];
        }

        var checks = new List<Check>();
        foreach (var (kernel, reference) in contest.Exact)
        {
            checks.Add(new Check(
                $"{kernel} agrees with {reference}",
                [
                    .. campaign.Disagreements
                        .Where(d => d.Details.Left.EngineName == kernel).Select(Of),
                ]));
        }

        checks.Add(new Check("expect lines hold", [.. Of(campaign.BrokenExpectations)]));
        checks.AddRange(contest.Kernels.Select(kernel => new Check(
            $"{kernel} keeps the contract",
            [.. campaign.Breaches.Where(b => b.Kernel == kernel).Select(Of)])));
        checks.AddRange(contest.Kernels.Select(kernel => new Check(
            $"{kernel} does not crash",
            [.. campaign.Crashes.Where(c => c.Kernel == kernel).Select(Of)])));
        checks.AddRange(differences);
        return checks;
    }

    private Finding Of(Disagreement found)
    {
        var kernel = found.Details.Left.EngineName;
        var title = found.Signature.ToString();
        var path = context.Store(
            $"{kernel} {title}",
            FailureSignature.Of(FailureKind.Port, found.Signature).Label(found.Trace));
        var port = found.Details.Right.EngineName;
        return new Finding
        {
            Rule = FindingRule.PortDifference,
            Revision = kernel,
            Against = port,
            Title = title,
            What = $"{kernel} and {port} differ: {title}",
            Place = Place(kernel, found.Signature.Operation, string.Concat(found.Details.Left.Log)),
            Origin = found.Origin,
            Count = found.Count,
            Text = DivergenceRenderer.Render(new DivergenceReport
            {
                Environment = context.Environment,
                Origin = Times(found.Origin, found.Count),
                Judge = found.Judge,
                Details = found.Details,
            }),
            Trace = found.Trace,
            TracePath = path,
            Replay = context.Replay(path),
        };
    }

    // What several engines have instead is one fact, told once.
    private static IEnumerable<Finding> Of(IReadOnlyList<BrokenExpectation> expectations)
    {
        foreach (var same in expectations.GroupBy(
            b => (b.Origin, b.Failure.Operation, b.Failure.Actual)))
        {
            var engines = string.Join(", ", same.Select(b => b.Failure.EngineName));
            var line = TracePrinter.Print(same.Key.Operation);
            var what = $"{same.Key.Origin}:{same.Key.Operation.Source.Number}: {line}, "
                + $"but it is {same.Key.Actual}";
            var text = new TwoSides();
            text.Hanging(what, 2);
            text.Line($"on {engines}", 2);
            yield return new Finding
            {
                Rule = FindingRule.Expectation,
                Revision = engines,
                Title = $"{Path.GetFileName(same.Key.Origin)}: {line}",
                What = what,
                Origin = same.Key.Origin,
                TracePath = same.Key.Origin,
                Text = text.ToString(),
            };
        }
    }

    /// <summary>A breach of the contract.</summary>
    public Finding Of(ContractBreach breach)
    {
        var signature = breach.Finding.Signature;
        var path = context.Store(
            $"{breach.Kernel} contract {signature}",
            FailureSignature.Of(breach.Finding).Label(breach.Trace));
        return new Finding
        {
            Rule = FindingRule.Contract(signature.Rule),
            Revision = breach.Kernel,
            Title = signature.ToString(),
            What = $"{breach.Kernel} breaks the contract, "
                + $"{ContractRuleNames.Title(signature.Rule)}: {breach.Finding.Line}: expected "
                + $"{breach.Finding.Expected}, actual {breach.Finding.Actual}",
            Place = Place(breach.Kernel, signature.Operation, breach.Finding.Actual),
            Origin = breach.Origin,
            Count = breach.Count,
            Text = ContractRenderer.Render(breach),
            Trace = breach.Trace,
            TracePath = path,
            Replay = context.Replay(path),
        };
    }

    /// <summary>A crash.</summary>
    public Finding Of(KernelCrash crash)
    {
        var place = CrashPlace(crash.Crash.Where);
        var path = context.Store(
            $"{crash.Kernel} crash {place.Function}",
            FailureSignature.Of(crash.Crash).Label(crash.Trace));
        return new Finding
        {
            Rule = FindingRule.Crash,
            Revision = crash.Kernel,
            Against = crash.Unlike ?? string.Empty,
            Title = $"{crash.Crash.What} in {place.Function}",
            What = $"{crash.Kernel} crashes: {crash.Crash.What} in {crash.Crash.Where}",
            Place = place,
            Origin = crash.Origin,
            Count = crash.Count,
            Text = CrashRenderer.Render(crash),
            Trace = crash.Trace,
            TracePath = path,
            Replay = context.Replay(path),
        };
    }

    private Check Of(KernelDifferences differences, Campaign campaign)
    {
        var (left, right) = (differences.Left, differences.Right);

        // Where one hangs the two are not compared, if crashes are told by themselves.
        var extent = campaign is { BetweenKernelsOnly: false, Crashes.Count: > 0 }
            ? ", apart from the crashes above."
            : " on all of this.";
        var ways = differences.Groups.Count == 1 ? "1 way" : $"{differences.Groups.Count} ways";
        return new Check(
            $"{left} and {right} behave the same",
            [
                .. differences.Groups.Select(
                    group => Of(group, left, right, campaign.BetweenKernelsOnly)),
            ])
        {
            Heading = $"{left} and {right} behave differently, in {ways}:",
            WhenClean = $"{left} and {right} behave the same{extent}",
        };
    }

    /// <summary>Differences of one kind between two kernels.</summary>
    /// <param name="group">The differences.</param>
    /// <param name="left">Name of the first kernel.</param>
    /// <param name="right">Name of the second.</param>
    /// <param name="alone">Whether the report has nothing else.</param>
    public Finding Of(DifferenceGroup group, string left, string right, bool alone)
    {
        var divergence = group.Details.Divergence;
        var path = context.Store(
            alone ? group.Title : $"difference {group.Title}",
            FailureSignature.Of(FailureKind.Behaviour, divergence.Signature)
                .Label(group.Minimal));
        var operation = divergence.Operation;
        var place = group.Known is { } known
            ? KnownPlace(right, known.Functions)
            : Place(right, operation, string.Concat(group.Details.Right.Log));
        var crashes = divergence.Right.Status == AbiStatus.Crash
            && divergence.Left.Status != AbiStatus.Crash;
        return new Finding
        {
            Rule = crashes ? FindingRule.NewCrash : FindingRule.KernelDifference,
            Revision = right,
            Against = left,
            Title = group.Title,
            What = $"{left} and {right} differ: {group.Title}"
                + (group.Known is null ? string.Empty : $", {group.Symptoms[0].Signature}"),
            Place = place,
            Commits = context.Commits(left, right, place),
            Count = group.Count,
            Text = DifferenceRenderer.Render(group),
            Explanation = group.Known?.Explanation ?? string.Empty,
            Outcome = DifferenceRenderer.Outcome(group),
            Trace = group.Minimal,
            TracePath = path,
            Replay = context.Replay(path),
        };
    }

    // Of the names that the function had over time, the one that the newer kernel has.
    private FindingPlace KnownPlace(string kernel, string functions) => Name().Matches(functions)
        .Select(name => context.Locate(kernel, name.Value))
        .FirstOrDefault(place => place.File.Length > 0, FindingPlace.Unknown);

    // A complaint names the function that complains; otherwise it is the one called.
    private FindingPlace Place(string kernel, string operation, string log)
    {
        var complaint = Complaint().Match(log);
        var function = complaint.Success
            ? complaint.Groups["function"].Value
            : KernelCalls.Of(operation);
        return function.Length > 0 ? context.Locate(kernel, function) : FindingPlace.Unknown;
    }

    private static FindingPlace CrashPlace(string where)
    {
        var match = Where().Match(where);
        return match.Success
            ? new FindingPlace(
                match.Groups["function"].Value,
                match.Groups["file"].Value,
                int.TryParse(
                    match.Groups["line"].Value,
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var line)
                    ? line
                    : 0)
            : new FindingPlace(where.Split(' ')[0], string.Empty, 0);
    }

    private static string Times(string origin, int count) =>
        count == 1 ? origin : $"{origin}, and {count - 1} more";

    [GeneratedRegex(@"\bW (?<function>[a-z_][\w]*): ", RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex Complaint();

    [GeneratedRegex(
        @"^(?<function>\S+) (?<file>[^:]+)(:(?<line>\d+))?$", RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex Where();

    [GeneratedRegex(@"[a-z_]\w*_\w*", RegexOptions.ExplicitCapture, PatternLimit.Milliseconds)]
    private static partial Regex Name();
}
