// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using System.Text.RegularExpressions;
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Docs;

public partial class PageTests
{
    [Fact]
    public void Every_trace_in_a_page_parses()
    {
        var traces = DocPage.All
            .SelectMany(page => page.Blocks.Where(block => block.Language == "trace")
                .Select(block => (page, block)))
            .ToList();
        traces.Count.ShouldBeGreaterThan(15);
        foreach (var (page, block) in traces)
        {
            TraceParser.Parse(block.Text, $"{page} from line {block.Line} on");
        }
    }

    [Fact]
    public void Every_relative_link_leads_somewhere()
    {
        foreach (var page in DocPage.All)
        {
            foreach (var link in page.Links.Where(link => !link.Contains("://")))
            {
                var target = Path.Combine(Path.GetDirectoryName(page.Path)!, link.Split('#')[0]);
                Path.Exists(target).ShouldBeTrue($"{page} links to {link}");
            }
        }
    }

    [Fact]
    public void Every_command_and_option_in_a_page_exists()
    {
        var root = Cli.Program.CreateRoot();
        var named = 0;
        foreach (var page in DocPage.All)
        {
            foreach (Match match in page.Code.SelectMany(code => CommandLine().Matches(code)))
            {
                var command = root.Subcommands.FirstOrDefault(
                    c => c.Name == match.Groups["command"].Value);
                command.ShouldNotBeNull($"{page}: {match.Value}");
                var inner = command.Subcommands.Where(
                    c => match.Value.Contains($" {command.Name} {c.Name}"));
                var options = inner.Prepend(command)
                    .SelectMany(c => c.Options).Select(option => option.Name).ToList();
                foreach (Match option in Option().Matches(match.Value))
                {
                    options.ShouldContain(option.Value, $"{page}: {match.Value}");
                }

                named++;
            }
        }

        named.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void Every_option_of_a_command_that_a_sentence_names_alone_exists()
    {
        var options = Cli.Program.CreateRoot().Subcommands
            .SelectMany(command => command.Options).Select(option => option.Name).ToList();
        var alone = DocPage.Get("README.md").Code
            .Where(code => code.StartsWith("--", StringComparison.Ordinal)).ToList();
        alone.ShouldNotBeEmpty();
        alone.ShouldAllBe(option => options.Contains(option));
    }

    [Fact]
    public void Every_trace_file_that_a_command_names_is_there()
    {
        foreach (var page in DocPage.All)
        {
            foreach (var match in page.Code.SelectMany(code => TraceFile().Matches(code)))
            {
                File.Exists(Path.Combine(DocPage.Root, match.Value))
                    .ShouldBeTrue($"{page}: {match.Value}");
            }
        }
    }

    [Fact]
    public void The_language_page_has_every_operation_as_the_parser_reads_it()
    {
        var page = string.Join('\n', DocPage.Get("docs/trace-language.md").Lines);
        foreach (var syntax in OperationSyntax.All)
        {
            page.ShouldContain($"| `{syntax.Usage}` |");
        }

        foreach (var status in TraceWords.Statuses)
        {
            page.ShouldContain($"| `{status}` |");
        }
    }

    [Fact]
    public void Lines_are_at_most_80_columns_but_for_tables()
    {
        foreach (var page in DocPage.All)
        {
            page.Lines
                .Where(line => line.Length > 80 && line[0] != '|')
                .ShouldBeEmpty(page.Name);
        }
    }

    [GeneratedRegex(
        @"(?<![\w/-])(\./)?dmadiff (?<command>[a-z]+)(?=\s|$).*",
        RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex CommandLine();

    [GeneratedRegex(@"(?<=\s)--[a-z][a-z0-9-]*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Option();

    [GeneratedRegex(
        @"(docs|diff-tests)/[\w/.-]+\.trace", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TraceFile();
}
