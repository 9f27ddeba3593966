// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Drift;
using Dmadiff.Diff.Snapshots;
using Dmadiff.KernelHarness.Git;
using Dmadiff.ManagedPort.Ported;

namespace Dmadiff.Cli.Output;

/// <summary>Writes how far a revision has moved from what the port follows, at most 75 columns
/// wide but for the kernel's own lines.</summary>
/// <param name="output">Where to.</param>
/// <param name="name">The revision.</param>
/// <param name="survey">What was found.</param>
internal sealed class DriftReport(TextWriter output, string name, DriftSurvey survey)
{
    private const int Indent = 4;

    /// <summary>Writes it.</summary>
    /// <param name="releaseOf">The sources of a release; null when they are not at hand.
    /// </param>
    public void Write(Func<string, ISourceTree?> releaseOf)
    {
        foreach (DriftedFunction function in Of(DriftState.Changed))
        {
            Write(function, releaseOf(function.Release));
        }

        List<DriftedFunction> gone = Of(DriftState.Gone);
        if (gone.Count > 0)
        {
            output.WriteLine("gone, or elsewhere:");
            foreach (DriftedFunction function in gone)
            {
                Wrap($"{function.Ported.Name}() of {function.Ported.File}, which "
                    + $"{Methods(function)} follows in {function.Release}", "    ");
            }

            output.WriteLine();
        }

        WriteNotPorted();
        WriteSummary();
    }

    private void Write(DriftedFunction function, ISourceTree? release)
    {
        Wrap($"{function.Ported.Name}() has changed since {function.Release}, where "
            + $"{Methods(function)} follows it:", string.Empty);
        string file = function.Ported.File;
        string? before = release is null
            ? null
            : FunctionTexts.Of(release, file)?.Find(function.Ported.Name);
        if (before is null)
        {
            output.WriteLine($"    debian/{function.Release} is not at hand to show how");
        }
        else
        {
            string diff = UnifiedDiff.Of(
                $"debian/{function.Release}/{file}", before, $"{name}/{file}", function.Text);
            foreach (string line in diff.TrimEnd('\n').Split('\n'))
            {
                output.WriteLine(("    " + line).TrimEnd());
            }
        }

        output.WriteLine();
    }

    private void WriteNotPorted()
    {
        output.WriteLine("not ported:");
        foreach ((string file, IReadOnlyList<string> names) in survey.NotPorted)
        {
            if (names.Count > 0)
            {
                Wrap($"{file}, {names.Count}: {string.Join(", ", names)}", "    ");
            }
        }

        output.WriteLine();
    }

    private void WriteSummary()
    {
        List<DriftedFunction> same = Of(DriftState.Unchanged);
        string releases = string.Join(", ", same.GroupBy(f => f.Release)
            .OrderBy(g => Version.Parse(g.Key))
            .Select(g => $"{g.Count()} as in {g.Key}"));
        Wrap($"{name}: of {survey.Functions.Count} functions that the port follows, "
            + $"{same.Count} are unchanged{(releases.Length > 0 ? $" ({releases})" : "")}, "
            + $"{Of(DriftState.Changed).Count} have changed, {Of(DriftState.Gone).Count} are gone; "
            + $"{survey.NotPorted.Sum(f => f.Names.Count)} are not ported", string.Empty);
    }

    private List<DriftedFunction> Of(DriftState state) =>
        [.. survey.Functions.Where(f => f.State == state)];

    private static string Methods(DriftedFunction function) =>
        string.Join(" and ", function.Ported.Methods);

    private void Wrap(string text, string first)
    {
        foreach (string line in Paragraph.Wrap(text, first, Indent))
        {
            output.WriteLine(line);
        }
    }
}
