// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.Cli.Output;

/// <summary>What of a kernel can be compiled: a table of units and configurations.</summary>
/// <param name="output">Where it goes.</param>
/// <param name="configurations">What each check was of.</param>
internal sealed class CheckReport(
    TextWriter output, IReadOnlyList<KernelConfiguration> configurations)
{
    private const int Width = 73;

    /// <summary>Writes what came of one kernel.</summary>
    public void Write(CheckedKernel kernel)
    {
        string version = KernelLandmark.VersionOf(kernel.Tree);
        output.WriteLine(
            $"{kernel.Tree.Name} ({(version.Length > 0 ? version : "no version")})");
        WriteTable(kernel.Checks);
        WriteErrors(kernel.Checks);
        KernelCheck first = kernel.Checks[0];
        WriteList("has", first.Features.Select(f => f.Replace("DMD_HAVE_", string.Empty)));
        WriteMissing(kernel.Checks);
        if (first.Build is { } build)
        {
            output.WriteLine(
                "  " + string.Join("\n  ", ProfileFit.For(build.Features).Describe()));
        }

        output.WriteLine();
    }

    private void WriteTable(IReadOnlyList<KernelCheck> checks)
    {
        var columns = configurations.Select((_, i) => $"{i + 1,3}");
        if (configurations.Count > 1)
        {
            WriteList("configurations", configurations.Select((c, i) => $"{i + 1}:{c.Name}"));
        }

        const int nameWidth = 34;
        output.WriteLine($"  {"unit",-nameWidth}{string.Concat(columns)}");
        for (int i = 0; i < checks[0].Units.Count; i++)
        {
            int unit = i;
            if (IsKernels(checks[0].Units[unit]))
            {
                var marks = checks.Select(c => c.Units[unit].Error is null ? "  +" : "  -");
                output.WriteLine(
                    $"  {checks[0].Units[unit].Unit,-nameWidth}{string.Concat(marks)}");
            }
        }

        output.WriteLine(
            $"  {"all of it, linked",-nameWidth}"
            + string.Concat(checks.Select(c => c.Build is null ? "  -" : "  +")));
    }

    // A header that is missing stops many units: each complaint is told once.
    private void WriteErrors(IReadOnlyList<KernelCheck> checks)
    {
        var errors = checks.Index().SelectMany(c => c.Item.Units
            .Where(u => u.Error is not null)
            .Select(u => (Error: u.Error!, u.Unit, Name: configurations[c.Index].Name)));
        foreach (var group in errors.GroupBy(e => e.Error))
        {
            WriteList(
                string.Join(", ", group.Select(e => e.Name).Distinct()) + " does not build",
                group.Select(e => e.Unit).Distinct());
            output.WriteLine("    " + group.Key);
        }

        foreach ((int index, KernelCheck check) in checks.Index())
        {
            foreach (LeftOutPart leftOut in check.Build?.LeftOut ?? [])
            {
                output.WriteLine(
                    $"  {configurations[index].Name} is built without {EngineWords.Of(leftOut.Part)}");
            }

            if (check.LinkError is { } error)
            {
                output.WriteLine($"  {configurations[index].Name} does not link:");
                output.WriteLine("    " + error);
            }
        }
    }

    private void WriteMissing(IReadOnlyList<KernelCheck> checks)
    {
        const string title = "missing services, a crash if called";
        string[] everywhere = checks[0].Build is { } first ? [.. first.MissingServices] : [];
        if (checks[0].Build is not null)
        {
            WriteList(title, everywhere);
        }

        foreach ((int index, KernelCheck check) in checks.Index().Skip(1))
        {
            string[] more = check.Build is { } build
                ? [.. build.MissingServices.Except(everywhere, StringComparer.Ordinal)]
                : [];
            if (more.Length > 0)
            {
                WriteList($"with {configurations[index].Name} also", more);
            }
        }
    }

    private static bool IsKernels(UnitCheck unit) =>
        !unit.Unit.StartsWith("kernel-harness/", StringComparison.Ordinal);

    private void WriteList(string title, IEnumerable<string> words)
    {
        const string indent = "    ";
        output.WriteLine($"  {title}:");
        string line = string.Empty;
        foreach (string word in words)
        {
            if (line.Length > 0 && indent.Length + line.Length + 1 + word.Length > Width)
            {
                output.WriteLine(indent + line);
                line = string.Empty;
            }

            line += line.Length > 0 ? " " + word : word;
        }

        output.WriteLine(indent + (line.Length > 0 ? line : "none"));
    }
}
