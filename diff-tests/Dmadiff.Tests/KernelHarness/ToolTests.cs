// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Running;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.KernelHarness;

public sealed class ToolTests
{
    [Fact]
    public void Output_errors_and_status_are_kept_apart()
    {
        ToolResult result = Tool.Run(
            "sh", ["-c", "echo out; echo err >&2; exit 3"], CancellationToken.None);
        result.ShouldBe(new ToolResult(3, "out\n", "err\n"));
    }

    [Fact]
    public void A_program_that_is_not_there_is_named() =>
        Should.Throw<UserErrorException>(
            () => Tool.Run("no-such-program", [], CancellationToken.None))
            .Message.ShouldStartWith("cannot run no-such-program: ");

    [Fact]
    public void Cancelling_ends_a_program_and_its_children()
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        Should.Throw<OperationCanceledException>(
            () => Tool.Run("sh", ["-c", "sleep 1000; true"], cancel.Token));
    }

    [Fact]
    public void An_interrupt_that_the_program_saw_first_is_no_failure() =>

        // Under a shell that runs tests in the background, SIGINT would be ignored.
        Should.Throw<OperationCanceledException>(() => Tool.Run(
            "env",
            ["--default-signal=INT", "sh", "-c", "kill -INT $$"],
            CancellationToken.None));
}
