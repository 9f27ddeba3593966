// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Litmus;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.EndToEnd;

/// <summary>dmadiff litmus, as a user runs it; herd7 is mostly one that was made up.</summary>
[Collection(nameof(CommandCollection))]
public sealed class LitmusCommandTests(Kernels kernels) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_herd7_it_lists_the_tests_and_says_that_none_was_run()
    {
        if (Herd.IsInstalled())
        {
            // Then what it says has to be right.
            Outcome judged = Dmadiff("litmus");
            judged.Exit.ShouldBe(0, judged.Output + judged.Errors);
            return;
        }

        Outcome run = Dmadiff("litmus");
        run.Exit.ShouldBe(125);
        run.Errors.ShouldBe(
            "dmadiff: herd7 is not installed, so nothing was run; Debian has it in herdtools7, "
            + "from forky on\n");
        run.Output.ShouldContain("dyn-flag+posted             allowed     not run\n");
    }

    [Fact]
    public void When_herd7_says_what_is_expected_all_is_well()
    {
        Fake("sed -n 's/^ \\* Result: //p' \"$3\"");

        Outcome run = Dmadiff("litmus", "--rev", Kernels.New);

        run.Exit.ShouldBe(0, run.Errors);
        run.Output.ShouldStartWith($"memory model of {kernels[Kernels.New].Tree.Name}, 7.58, Rev:");
        run.Output.ShouldContain("dyn-flag+posted             allowed     allowed\n");
        run.Output.ShouldContain("dyn-flag+barriers           forbidden   forbidden\n");
        run.Output.ShouldNotContain("WRONG");
    }

    [Theory]
    [InlineData("Never", "dyn-flag+posted             allowed     forbidden  WRONG\n")]
    [InlineData("Sometimes", "dyn-flag+barriers           forbidden   allowed  WRONG\n")]
    public void When_herd7_says_anything_else_that_is_a_finding(string always, string line)
    {
        Fake($"echo {always}");

        Outcome run = Dmadiff("litmus", "--rev", Kernels.New);

        run.Exit.ShouldBe(1, run.Errors);
        run.Output.ShouldContain(line);
    }

    [Fact]
    public void A_test_that_herd7_cannot_read_is_a_finding()
    {
        _folder.Write(
            "bin/herd7",
            "#!/bin/sh\n[ \"$1\" = -version ] && echo 7.58 && exit\necho 'syntax error' >&2\n");
        Outcome run = Dmadiff("litmus", "--rev", Kernels.New);

        run.Exit.ShouldBe(1, run.Errors);
        run.Output.ShouldContain("dyn-flag+posted             allowed     syntax error  WRONG\n");
    }

    [Fact]
    public void Tests_are_written_where_they_are_asked_for_and_nothing_is_run()
    {
        Outcome run = Dmadiff("litmus", "--out", "tests");

        run.Exit.ShouldBe(0, run.Errors);
        run.Output.ShouldBe("14 litmus tests written to tests\n");
        Directory.GetFiles(_folder["tests"], "*.litmus").Length.ShouldBe(14);
        File.ReadAllText(_folder["tests/dyn-flag+posted.litmus"])
            .ShouldBe(Dmadiff("litmus", "dyn-flag+posted").Output);
    }

    [Fact]
    public void A_test_that_there_is_not_takes_one_line() =>
        Dmadiff("litmus", "dyn").ShouldBeRefused(
            "dmadiff: there is no litmus test dyn; dmadiff litmus lists all");

    /// <summary>A herd7 that prints the verdict that some shell prints, which has the test's file
    /// as $3, and the memory model around it.</summary>
    private void Fake(string verdict) => _folder.Write(
        "bin/herd7",
        $"""
        #!/bin/sh
        if [ "$1" = -version ]; then echo "7.58, Rev: made up"; exit; fi
        [ "$1 $2" = "-conf linux-kernel.cfg" ] && [ -f "$2" ] && [ -f lock.cat ] || exit 2
        name=$(sed -n '1s/^C //p' "$3")
        echo "Test $name Allowed"
        echo "Observation $name $({verdict}) 1 3"

        """);

    private Outcome Dmadiff(params string[] arguments)
    {
        Directory.CreateDirectory(_folder["bin"]);
        return new Command { Folder = _folder.Root }.Shell(
            "chmod -f +x bin/*; export PATH=\"$PWD/bin:$PATH\"; dmadiff "
            + string.Join(' ', arguments));
    }
}
