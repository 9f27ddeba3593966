// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Git;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Histories;

public class FunctionHunksTests
{
    private const string After = """
        static int first(int a);
        static int first(int a)
        {
        	one();
        	changed();
        }

        static struct x *
        second(int a,
               int b)
        {
        	changed();
        	first(a);
        }
        """;

    private const string Diff = """
        diff --git a/a.c b/a.c
        --- a/a.c
        +++ b/a.c
        @@ -3,3 +3,3 @@ static int first(int a);
         {
         	one();
        -	old();
        +	changed();
        @@ -10,3 +10,3 @@ static int first(int a)
                int b)
         {
        -	old();
        +	changed();
         	first(a);
        diff --git a/b.c b/b.c
        --- a/b.c
        +++ b/b.c
        @@ -1 +1 @@
        -int x;
        +int y;

        """;

    [Theory]
    [InlineData("first", "@@ -3,3", "@@ -10,3")]
    [InlineData("second", "@@ -10,3", "@@ -3,3")]
    public void Only_hunks_inside_of_the_function_are_kept(
        string function, string kept, string dropped)
    {
        string hunks = FunctionHunks.Select(Diff, function, p => p == "a.c" ? After : "int y;\n");
        hunks.ShouldStartWith("diff --git a/a.c b/a.c\n");
        hunks.ShouldContain(kept);
        hunks.ShouldNotContain(dropped);
        hunks.ShouldNotContain("b.c");
    }

    [Fact]
    public void A_function_that_is_nowhere_has_no_hunks() =>
        FunctionHunks.Select(Diff, "third", _ => After).ShouldBeEmpty();

    [Fact]
    public void A_function_that_is_removed_is_found_by_its_own_line() =>
        FunctionHunks.Select(Diff.Replace("-int x;", "-int gone(void)"), "gone", _ => After)
            .ShouldStartWith("diff --git a/b.c b/b.c\n");
}
