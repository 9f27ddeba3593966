// SPDX-License-Identifier: GPL-2.0-only
using System.Xml.Linq;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Dmadiff.Tests.Recordings;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.EndToEnd;

/// <summary>What a maintainer does with a recording.</summary>
[Collection(nameof(CommandCollection))]
public sealed class ReplayCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private Command Dmadiff => new() { Folder = _folder.Root };

    [Fact]
    public void A_recording_is_replayed_imported_and_learnt_from()
    {
        using var machine = new RecordedMachine(2);
        machine.Work(400, live: 30, seed: 1);
        _folder.Write("good.txt", machine.Text());
        Outcome replay = Dmadiff.Run(
            "replay", "good.txt", "--strict-addresses", "--on", Kernels.New, "--svg", "pool.svg");
        replay.Errors.ShouldBeEmpty();
        replay.Output.ShouldMatch(@"debian/6\.12 +(\d+) +\1 +\1 +0 ");
        replay.Output.ShouldContain("contract       debian/6.12: kept\n");
        replay.Output.Split('\n').ShouldAllBe(line => line.Length <= 75);
        replay.Exit.ShouldBe(0);
        XDocument.Load(_folder["pool.svg"]).Root!.Name.LocalName.ShouldBe("svg");

        Outcome import = Dmadiff.Run(
            "import", "ftrace", "good.txt", "-o", "good.trace", "--profile", "habits.json");
        import.Exit.ShouldBe(0, import.Errors);
        Dmadiff.Run("run", "good.trace", "--on", Kernels.New).Exit.ShouldBe(0);
        Dmadiff.Run("replay", "good.trace").Exit.ShouldBe(0);
        Dmadiff.Run("fuzz", "--profile", "habits.json", "--ops", "500", "--on", Kernels.New)
            .Exit.ShouldBe(0);
        Dmadiff.RunWith(machine.Text(), "import", "ftrace", "-", "-o", "-").Output
            .ShouldContain("\ndmadiff-trace 1\nmachine ");
    }

    [Fact]
    public void A_doctored_recording_fails_at_the_doctored_event()
    {
        using var machine = new RecordedMachine();
        machine.Work(100, live: 10, seed: 2);
        int at = machine.Lines.FindIndex(
            50, line => line.Contains("dma_map_page", StringComparison.Ordinal)
                && line.Contains("dma_addr=1b4", StringComparison.Ordinal));
        machine.Lines[at] = machine.Lines[at].Replace(
            "dma_addr=1b4", "dma_addr=1b5", StringComparison.Ordinal);
        _folder.Write("doctored.txt", machine.Text());
        Outcome strict = Dmadiff.Run(
            "replay", "doctored.txt", "--strict-addresses", "--on", Kernels.New);
        strict.Exit.ShouldBe(1);
        strict.Output.ShouldContain(
            $"debian/6.12 first gives out another address:\n  at       doctored.txt:{at + 5}, ");
        Dmadiff.Run("replay", "doctored.txt", "--on", Kernels.New).Exit.ShouldBe(0);
    }

    [Fact]
    public void What_is_no_recording_is_refused()
    {
        _folder.Write("text", "hello\n");
        _folder.Write("a.trace", "dmadiff-trace 1\ndevice d0 dma_mask=32\n");
        _folder.Write("habits.json", "[]");
        Dmadiff.Run("import", "ftrace", "gone").Errors
            .ShouldStartWith("dmadiff: gone: cannot be read: ");
        const string none = "dmadiff: text: no recording: none of its 1 lines is an event as "
            + "trace, trace-cmd report or perf script print them";
        Dmadiff.Run("import", "ftrace", "text").ShouldBeRefused(none);
        Dmadiff.Run("replay", "text").ShouldBeRefused(none);
        Dmadiff.Run("replay", "a.trace", "--strict-addresses").ShouldBeRefused(
            "dmadiff: a.trace: a trace has no recorded addresses and tells its machine itself: "
            + "no --strict-addresses");
        Outcome json = Dmadiff.Run("fuzz", "--profile", "habits.json");
        json.Exit.ShouldBe(2);
        json.Errors.ShouldStartWith("dmadiff: habits.json:1: no generator profile");
    }

    [Theory]
    [InlineData("dmadiff: --pool takes BASE,SIZE: a multiple of 4K, and a multiple of 256K up "
        + "to 1G", "--pool", "0x1000")]
    [InlineData("dmadiff: --pool takes BASE,SIZE: a multiple of 4K, and a multiple of 256K up "
        + "to 1G", "--pool", "0x1001,64M")]
    [InlineData("dmadiff: --min-align takes DEVICE=MASK, with a mask of 2^n - 1 up to "
        + "0x7fffffff", "--min-align", "nvme=5")]
    public void Options_that_make_no_sense_are_refused(string message, params string[] options) =>
        Dmadiff.Run(["import", "ftrace", "x", .. options])
            .ShouldBeRefused(message, "dmadiff: see dmadiff --help");

    [Fact]
    public void Lines_that_cannot_be_read_are_named()
    {
        using var machine = new RecordedMachine();
        machine.Work(10, live: 3, seed: 2);
        _folder.Write(
            "bad.txt", machine.Text() + "a-1 [000] 9.9: dma_map_page: d dir=TO_DEVICE size=1\n");
        int last = machine.Lines.Count + 5;
        Outcome import = Dmadiff.Run("import", "ftrace", "bad.txt");
        import.Exit.ShouldBe(0);
        import.Errors.ShouldBe($"dmadiff: bad.txt:{last}: no dma_addr; left out\n");
        import.Output.ShouldContain("1  lines that cannot be read\n");
    }
}
