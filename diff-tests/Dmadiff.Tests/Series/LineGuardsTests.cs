// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Series;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Series;

public class LineGuardsTests
{
    private const string Text =
        """
        int always;
        #ifdef CONFIG_ONE
        int one;
        #if defined(CONFIG_TWO) && \
            !IS_ENABLED(CONFIG_THREE) /* why not */
        int two_not_three;
        #elif CONFIG_SIZE > 4
        int size;
        #else
        int neither;
        #endif
        int one_again;
        #else
        int not_one;
        #endif
        int always_again;
        """;

    private static readonly LineGuards Guards = LineGuards.Of(Text);

    [Theory]
    [InlineData("always", "", true)]
    [InlineData("one", "", false)]
    [InlineData("one", "CONFIG_ONE", true)]
    [InlineData("two_not_three", "CONFIG_ONE CONFIG_TWO", true)]
    [InlineData("two_not_three", "CONFIG_ONE CONFIG_TWO CONFIG_THREE", false)]
    [InlineData("two_not_three", "CONFIG_TWO", false)]
    [InlineData("size", "CONFIG_ONE CONFIG_TWO", false)]
    [InlineData("one_again", "CONFIG_ONE", true)]
    [InlineData("not_one", "", true)]
    [InlineData("not_one", "CONFIG_ONE", false)]
    [InlineData("always_again", "", true)]
    public void A_line_is_compiled_as_its_conditions_say(string name, string on, bool compiled)
    {
        string[] set = on.Split(' ');
        Guards.IsCompiled(LineOf(name), macro => set.Contains(macro)).ShouldBe(compiled);
    }

    [Fact]
    public void A_comparison_is_not_known_and_neither_is_what_depends_on_it()
    {
        bool? IsCompiled(string name) =>
            Guards.IsCompiled(LineOf(name), macro => macro == "CONFIG_ONE");
        IsCompiled("size").ShouldBeNull();
        IsCompiled("neither").ShouldBeNull();
    }

    [Fact]
    public void The_conditions_of_a_line_are_told_outermost_first() =>
        Guards.Of(LineOf("two_not_three")).ShouldBe(
            [
                "defined(CONFIG_ONE)",
                "defined(CONFIG_TWO) &&     !IS_ENABLED(CONFIG_THREE)",
            ]);

    private static int LineOf(string name) =>
        Array.FindIndex(Text.Split('\n'), line => line.Trim() == $"int {name};") + 1;
}
