// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Text;
using Dmadiff.Diff.Mutations;

namespace Dmadiff.Cli.Selftest;

/// <summary>What became of the mutants of a file, as text of at most 75 columns.</summary>
internal static class SelftestReport
{
    private const int Width = 75;

    /// <summary>Figures, then survivors with what was changed.</summary>
    public static string Render(string title, IReadOnlyList<MutantOutcome> outcomes)
    {
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        int Count(MutantFate fate) => outcomes.Count(o => o.Fate == fate);
        int ByJudge(FoundBy judge) => outcomes.Count(o => o.Judges.HasFlag(judge));

        List<MutantOutcome> counted = [.. outcomes.Where(o => o.Counts)];
        List<double> times =
        [
            .. counted.Where(o => o.Fate == MutantFate.Found).Select(o => o.Seconds).Order(),
        ];
        Line(title);
        Line($"  do not compile        {Count(MutantFate.NotCompiled),5}");
        Line($"  same code             {Count(MutantFate.SameCode),5}");
        Line($"  argued to be the same {Count(MutantFate.Equivalent),5}");
        Line($"  count                 {counted.Count,5}");
        Line($"  found                 {times.Count,5}{Share(times.Count, counted.Count)}");
        Line($"    by a crash          {ByJudge(FoundBy.Crash),5}");
        Line($"    by exact results    {ByJudge(FoundBy.Exact),5}");
        Line($"    by behaviour alone  {ByJudge(FoundBy.Behaviour),5}");
        Line($"    by contract alone   {ByJudge(FoundBy.Contract),5}");
        Line($"  run, and not found    {Count(MutantFate.Survived),5}");
        Line($"  never run             {Count(MutantFate.NeverRun),5}");
        if (times.Count > 0)
        {
            Line(string.Create(
                CultureInfo.InvariantCulture,
                $"  seconds to find       {times[times.Count / 2],5:F1} median, "
                + $"{times[^1]:F1} at most, build included"));
        }

        Line(string.Empty);
        RenderKinds(Line, counted);
        foreach (MutantOutcome outcome in counted.Where(o => o.Fate != MutantFate.Found))
        {
            RenderSurvivor(Line, outcome);
        }

        return text.ToString();
    }

    private static void RenderKinds(Action<string> line, List<MutantOutcome> counted)
    {
        line($"  {"class",-20}{"count",7}{"found",7}{"seen",7}{"contract",10}");
        foreach (IGrouping<MutationKind, MutantOutcome> kind in counted
            .GroupBy(o => o.Mutant.Kind).OrderBy(g => g.Key))
        {
            int found = kind.Count(o => o.Fate == MutantFate.Found);
            int seen = kind.Count(o => (o.Judges & (FoundBy.Behaviour | FoundBy.Crash)) != FoundBy.None);
            int contract = kind.Count(o => o.Judges.HasFlag(FoundBy.Contract));
            line($"  {Words(kind.Key),-20}{kind.Count(),7}{found,7}{seen,7}{contract,10}");
        }

        line(string.Empty);
    }

    private static void RenderSurvivor(Action<string> line, MutantOutcome outcome)
    {
        Mutant mutant = outcome.Mutant;
        string how = outcome.Fate == MutantFate.NeverRun ? "never run" : outcome.Detail;
        line($"  {mutant.Function}:{mutant.Line}, {Words(mutant.Kind)}, {how}");
        line(Cut("    - " + mutant.Before));
        line(Cut("    + " + mutant.After));
    }

    private static string Words(MutationKind kind) =>
        string.Concat(kind.ToString().Select((c, i) =>
            char.IsAsciiLetterUpper(c) && i > 0 ? " " + char.ToLowerInvariant(c)
                : char.ToLowerInvariant(c).ToString()));

    private static string Share(int part, int all) => all == 0
        ? string.Empty
        : string.Create(CultureInfo.InvariantCulture, $"  {100.0 * part / all:F1} %");

    private static string Cut(string line) =>
        line.Length <= Width ? line : line[..(Width - 3)] + "...";
}
