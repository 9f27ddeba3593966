// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Exports;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Native;
using Dmadiff.Tests.EndToEnd;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Dmadiff.Tests.Style;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Exports;

/// <summary>dmadiff export: what it writes compiles, and the program does what the trace
/// does.</summary>
[Collection(nameof(KernelsCollection))]
public sealed class ExportTests(Kernels kernels) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private Command Dmadiff => new() { Folder = _folder.Root };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sync-second-slot")]
    [InlineData("sg-mixed")]
    [InlineData("restricted-shared")]
    [InlineData("iommu-strict")]
    [InlineData("iova-basics")]
    public void The_program_comes_to_the_same_results(string name)
    {
        Dmadiff.Run("export", "--c", Corpus(name), "-o", "repro.c").Exit.ShouldBe(0);
        Dmadiff.Tool(
            "gcc",
            [
                "-Wall", "-Wextra", "-Werror", "-I",
                Path.Combine(SourceTree.Root, "kernel-harness", "abi"), "-o", "repro", "repro.c",
                "-ldl",
            ]);
        KernelBuild build = kernels[Kernels.New].Build;
        string[] printed = Dmadiff.Tool(
            _folder["repro"], [build.HostLibraryPath, build.LibraryPath]).Split('\n');

        LoweredTrace trace = TraceLowering.Lower(TraceParser.ParseFile(Corpus(name)));
        using var engine = new NativeEngine(build);
        var run = new EngineRun(engine);
        run.Execute(trace);
        for (int i = 0; i < run.Ops.Length; i++)
        {
            string[] words = printed[i].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            words[..3].ShouldBe(
            [
                $"{(uint)run.Ops[i].Status}", $"{run.Ops[i].Error}", $"0x{run.Ops[i].Value:x}",
            ]);
        }
    }

    [Fact]
    public void The_program_fails_where_an_expectation_does_not_hold()
    {
        string text = File.ReadAllText(Corpus("sync-second-slot"))
            .Replace("used=0", "used=1");
        File.WriteAllText(_folder["t.trace"], text);
        Dmadiff.Run("export", "--c", "t.trace", "-o", "repro.c").Exit.ShouldBe(0);
        string include = Path.Combine(SourceTree.Root, "kernel-harness", "abi");
        Dmadiff.Tool("gcc", ["-I", include, "-o", "repro", "repro.c", "-ldl"]);
        KernelBuild build = kernels[Kernels.New].Build;
        Outcome outcome = Dmadiff.Shell(
            $"./repro '{build.HostLibraryPath}' '{build.LibraryPath}'");
        outcome.Exit.ShouldBe(1);
        outcome.Output.ShouldContain("expected 1, not 0: expect default used=1");
    }

    [Theory]
    [InlineData("sync-second-slot")]
    [InlineData("sg-mixed")]
    [InlineData("bounce-bidirectional")]
    [InlineData("coherent-zeroed")]
    [InlineData("exhaustion")]
    [InlineData("skip-sync-map")]
    public void The_KUnit_test_compiles_with_the_kernels_headers(string name)
    {
        Dmadiff.Run("export", "--kunit", Corpus(name), "-o", "test.c").Exit.ShouldBe(0);
        new KernelBuilder(CacheDirectory.ForUser()).CheckSyntax(
            kernels[Kernels.New].Tree,
            _folder["test.c"],
            ["-DCONFIG_KUNIT=1"],
            CancellationToken.None).ShouldBeEmpty();
    }

    [Fact]
    public void The_KUnit_test_asserts_what_the_CPU_has_to_see()
    {
        string text = KUnitExport.Render(
            TraceParser.ParseFile(Corpus("sync-second-slot")), "dma_test");
        text.ShouldContain("KUNIT_EXPECT_EQ(test, wrong_bytes(b0 + 2048, 8,");
        text.Split('\n').ShouldAllBe(line => !line.StartsWith("    "));
    }

    [Fact]
    public void What_a_KUnit_test_cannot_make_is_refused()
    {
        string path = Corpus("iommu-strict");
        Dmadiff.Run("export", "--kunit", path).ShouldBeRefused(
            $"dmadiff: {path}: device d0 has a restricted pool or an IOMMU, which a KUnit test "
            + "cannot make");
        Dmadiff.Run("export", path).ShouldBeRefused(
            "dmadiff: say either --c or --kunit", "dmadiff: see dmadiff --help");
    }

    private static string Corpus(string name) =>
        Path.Combine(SourceTree.Root, "diff-tests", "corpus", name + ".trace");
}
