// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Snapshots;
using Dmadiff.Tests.EndToEnd;
using Dmadiff.Tests.KernelHarness;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Snapshots;

public sealed class UnifiedDiffTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nothing_is_said_of_the_same() =>
        UnifiedDiff.Of("a", "x\n", "b", "x\n").ShouldBeEmpty();

    [Fact]
    public void A_change_is_shown_with_three_lines_around_it()
    {
        string old = Lines(1, 20);
        UnifiedDiff.Of("a", old, "b", old.Replace("line 9\n", "new\nlines\n")).ShouldBe("""
            --- a
            +++ b
            @@ -6,7 +6,8 @@
             line 6
             line 7
             line 8
            -line 9
            +new
            +lines
             line 10
             line 11
             line 12

            """);
    }

    // git reads it, so people's tools do.
    [Theory]
    [InlineData("1 2 3 4 5 6 7 8 9 10 11 12", "1 2 3 4 5 6 7 8 9 10 11 12 13")]
    [InlineData("1 2 3 4 5 6 7 8 9 10 11 12", "0 1 2 3 4 5 6 7 8 9 10 11 12")]
    [InlineData("1 2 3 4 5 6 7 8 9 10 11 12", "1 3 4 5 6 7 8 9 10 11 12")]
    [InlineData("1 2 3 4 5 6 7 8 9 10 11 12", "1 x 3 4 5 6 7 8 9 10 y 12")]
    [InlineData("1 2 3 4 5 6 7 8 9 10 11 12", "1 x 3 4 5 6 7 8 9 y 11 12")]
    [InlineData("1 2 3 4 5 6 7 8 9 10 11 12", "x")]
    [InlineData("1", "2")]
    [InlineData("1 1 1 2 2 2", "2 2 2 1 1 1")]
    public void Git_can_apply_it(string before, string after)
    {
        string old = before.Replace(' ', '\n') + "\n";
        string now = after.Replace(' ', '\n') + "\n";
        _folder.Write("file", old);
        _folder.Write("patch", UnifiedDiff.Of("a/file", old, "b/file", now));
        new Command { Folder = _folder.Root }.Tool("git", ["apply", "patch"]);
        File.ReadAllText(_folder["file"]).ShouldBe(now);
    }

    private static string Lines(int from, int to) =>
        string.Concat(Enumerable.Range(from, to - from + 1).Select(i => $"line {i}\n"));
}
