// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;
using Dmadiff.Tests.Isolation;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Dmadiff.Tests.Style;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.EndToEnd;

/// <summary>dmadiff run --isolate, --sanitize and --sandbox.</summary>
[Collection(nameof(CommandCollection))]
public sealed partial class IsolationCommandTests(Kernels kernels) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private Command Dmadiff => new() { Folder = _folder.Root };

    public void Dispose() => _folder.Dispose();

    [SandboxFact]
    public void Isolated_kernels_get_the_report_of_kernels_in_this_process()
    {
        string[] run = ["run", "--findings", "out", File("diff-tests/corpus/sync-second-slot")];
        Outcome here = Dmadiff.Run(run);
        here.Exit.ShouldBe(1, here.Errors);
        Outcome elsewhere = Dmadiff.Run([.. run, "--isolate"]);
        elsewhere.Output.ShouldContain("  replay   dmadiff run --isolate ");
        (elsewhere with { Output = WithoutIsolate(elsewhere.Output) })
            .ShouldBe(here with { Output = WithoutIsolate(here.Output) });
    }

    [SandboxFact]
    public void An_isolated_kernel_that_ends_its_process_is_told()
    {
        UserTree.Create(_folder, "linux", kernels[Kernels.New], new SourceEdit(
            "swiotlb_bounce",
            @"if \(orig_addr ==",
            "asm volatile(\"syscall\" : : \"a\"(231), \"D\"(3) "
            + ": \"rcx\", \"r11\", \"memory\"); $0"));
        Outcome run = Dmadiff.Run(
            "run", "--isolate", "--tree", "linux", "--on", "main",
            File("diff-tests/corpus/bounce-to-device"));
        run.Exit.ShouldBe(1, run.Errors);
        run.Output.ShouldContain("its process ends itself with status 3");
        run.Errors.ShouldBeEmpty();
    }

    [SandboxFact]
    public void A_sanitized_kernel_tells_the_read_past_the_slot_table()
    {
        Outcome run = Dmadiff.Run(
            "run", "--sanitize", "--on", Kernels.New, File("docs/traces/tail-release"));
        run.Exit.ShouldBe(1, run.Errors);
        run.Output.ShouldMatch(
            @"^debian/6\.12, sanitizers report: read of 2 bytes, \d+ bytes past the end of\n"
            + @"  object of \d+ bytes allocated in rmem_swiotlb_device_init\(\)\n"
            + @"  in       swiotlb_release_slots kernel/dma/swiotlb\.c:\d+\n"
            + @"  during   unmap m1\n");
        run.Output.ShouldContain("  replay   dmadiff run --sanitize --on debian/6.12 ");
        run.Output.ShouldEndWith(
            "debian/6.12: 1 sequence, 4 operations: 1 report of sanitizers\n");
    }

    [SandboxFact]
    public void A_sandboxed_kernel_runs_a_clean_trace() =>
        Dmadiff.Run(
            "run", "--sandbox", "--on", Kernels.New, File("diff-tests/corpus/bounce-to-device"))
            .ShouldBe(new Outcome(
                0, "debian/6.12: 1 sequence, 7 operations: nothing found\n", string.Empty));

    [SandboxFact]
    public void A_sandboxed_compiler_does_not_see_the_users_files()
    {
        _folder.Write("secret.h", "#define SECRET 1\n");
        UserTree.Create(_folder, "linux", kernels[Kernels.New], new SourceEdit(
            "swiotlb_bounce", @"if \(orig_addr ==", $"\n#include \"{_folder["secret.h"]}\"\n$0"));
        Outcome run = Dmadiff.Run(
            "run", "--sandbox", "--tree", "linux", "--on", "main",
            File("diff-tests/corpus/bounce-to-device"));
        run.Exit.ShouldBe(2, run.Output);
        run.Errors.ShouldContain("secret.h: No such file or directory");
    }

    private static string File(string trace) => Path.Combine(SourceTree.Root, trace + ".trace");

    // A command with the option in it may be wrapped elsewhere.
    private static string WithoutIsolate(string report) => Replay().Replace(report, " ");

    [GeneratedRegex(
        @"(?<=dmadiff run)( --isolate)? (\\\n    )?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Replay();
}
