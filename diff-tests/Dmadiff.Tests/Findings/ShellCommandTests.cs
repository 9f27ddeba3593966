// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Findings;
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Findings;

public class ShellCommandTests
{
    [Theory]
    [InlineData(5, 5)]
    [InlineData(12, 9)]
    [InlineData(20, 16)]
    [InlineData(75, 71)]
    public void A_wrapped_command_is_the_same_command(int first, int others)
    {
        var command = new ShellCommand(
            ValueList.From((string[])["dmadiff run", "--tree t", "--on a", "--on b", "x.trace"]));
        var lines = command.Wrap(first, others);
        string.Join(' ', lines.Select(l => l.EndsWith(" \\") ? l[..^2] : l))
            .ShouldBe(command.ToString());
        lines.SkipLast(1).ShouldAllBe(l => l.EndsWith(" \\"));
        lines[^1].ShouldNotEndWith("\\");
    }

    [Fact]
    public void No_line_is_too_long_unless_one_word_is()
    {
        var command = new ShellCommand(
            ValueList.From(Enumerable.Range(0, 40).Select(i => new string('x', (i % 9) + 1))));
        var lines = command.Wrap(20, 15);
        lines[0].Length.ShouldBeLessThanOrEqualTo(20);
        lines.Skip(1).ShouldAllBe(l => l.Length <= 15);
    }
}
