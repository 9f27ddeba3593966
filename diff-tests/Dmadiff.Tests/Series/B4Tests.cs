// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Running;
using Dmadiff.KernelHarness.Series;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Series;

/// <summary>A test with b4 itself; skipped without. Its checks of patches came with 0.14, so
/// that an older one only shows how it writes a series.</summary>
public sealed class B4FactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Reason = new(() =>
    {
        try
        {
            return Tool.Run("b4", ["--version"], CancellationToken.None).ExitCode == 0
                ? null
                : "b4 does not run";
        }
        catch (UserErrorException)
        {
            return "b4 is not installed (apt-get install b4)";
        }
    });

    public B4FactAttribute() => Skip = Reason.Value;
}

/// <summary>What b4 am writes is a series.</summary>
public sealed class B4Tests : IDisposable
{
    private readonly ToySeries _toy = new();

    public void Dispose() => _toy.Dispose();

    [B4Fact]
    public void What_b4_am_makes_of_a_thread_is_read()
    {
        string[] titles = ["pool: start with one", "pool: give two", "README: figures"];
        string thread = _toy.Folder.Write(
            "thread.mbox", _toy.Mails("--cover-letter", "--thread", "-v3"));
        Directory.CreateDirectory(_toy.Folder["out"]);
        foreach (string[] how in (string[][])[[], ["--save-as-maildir"]])
        {
            Tool.Output(
                "b4",
                [
                    "--offline-mode", "--no-stdin", "am", "-C", "-T", "--no-parent",
                    "-m", thread, "-o", _toy.Folder["out"], .. how,
                ],
                CancellationToken.None,
                _toy.Tree);
        }

        string mbox = Directory.GetFiles(_toy.Folder["out"], "*.mbx").ShouldHaveSingleItem();
        string maildir = Directory.GetDirectories(_toy.Folder["out"], "*.maildir")
            .ShouldHaveSingleItem();
        PatchSeries series = _toy.Load(mbox);
        series.Patches.Select(p => p.Subject).ShouldBe(titles);
        series.FirstFailed.ShouldBeNull();
        _toy.Load(maildir).Patches.Select(p => p.CommitId)
            .ShouldBe(series.Patches.Select(p => p.CommitId));
    }
}
