// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Tests.EndToEnd;
using Dmadiff.Tests.KernelHarness;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Docs;

/// <summary>The tables of the page about flush policies are what the command prints.</summary>
public sealed class FlushPoliciesPageTests
{
    // Of all columns, those that take no time.
    private static readonly string[] Columns = ["1", "4"];

    [Fact]
    public void The_tables_are_what_the_command_prints()
    {
        using var folder = new TemporaryFolder();
        Outcome run = new Command { Folder = folder.Root }.Run(
            "bench", "policies", "--cpus", string.Join(',', Columns));
        run.Exit.ShouldBe(0, run.Errors);

        List<List<string>> printed = Tables(run.Output);
        List<List<string>> page =
        [
            .. DocPage.Get("docs/flush-policies.md").Blocks.SelectMany(b => Tables(b.Text)),
        ];

        printed.Count.ShouldBe(10);
        page.Select(t => t[0]).ShouldBe(printed.Select(t => t[0]));
        for (int i = 0; i < printed.Count; i++)
        {
            page[i].Skip(1).Select(Narrow).ShouldBe(
                printed[i].Skip(1).Select(Narrow), page[i][0]);
        }
    }

    /// <summary>A heading, a line that begins with "CPUs", and rows up to an empty line.
    /// </summary>
    private static List<List<string>> Tables(string text)
    {
        string[] lines = text.Split('\n');
        return
        [
            .. Enumerable.Range(1, lines.Length - 1)
                .Where(i => lines[i].StartsWith("CPUs ", StringComparison.Ordinal))
                .Select(i => lines.Skip(i - 1).TakeWhile(line => line.Length != 0).ToList()),
        ];
    }

    /// <summary>A row's name, and its first columns.</summary>
    private static string Narrow(string row)
    {
        const int name = 22;
        string[] cells = row[name..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return row[..name].TrimEnd() + ": " + string.Join(' ', cells.Take(Columns.Length));
    }
}
