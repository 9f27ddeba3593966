// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics;
using Dmadiff.Tests.EndToEnd;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Validation;

/// <summary>A series that was interrupted, and one that was edited, in a cache of its own.
/// </summary>
[Collection(nameof(CommandCollection))]
public sealed class ValidateAgainTests(Kernels kernels) : IDisposable
{
    // Of the base what is for all and for patch 1; of patch 1 that and what is for patch 2; of
    // patch 2 the same.
    private const int AllRecords = 8;

    // Of the new patch 2, for which the same sequences are made.
    private const int RecordsOfAnEdit = 3;

    private static readonly SourceEdit Same =
        new("swiotlb_release_slots", @"used -= nslots", "used -= (nslots)");

    private static readonly SourceEdit First =
        new("swiotlb_bounce", @"if \(orig_addr ==", "if (1 && orig_addr ==");

    private static readonly SourceEdit Second =
        new("swiotlb_bounce", @"if \(orig_addr ==", "if (2 && orig_addr ==");

    private readonly TemporaryFolder _folder = new();

    private Command Dmadiff => new() { Folder = _folder.Root, CacheHome = _folder["cache"] };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_interrupted_run_goes_on_and_an_edit_of_the_last_patch_runs_that_one()
    {
        Make("tree.git", First);
        string[] first = Interrupt();
        first.Length.ShouldBeLessThan(AllRecords);
        var written = first.ToDictionary(r => r, File.GetLastWriteTimeUtc);

        Outcome whole = Validate("tree.git");
        whole.Exit.ShouldBe(0, whole.Errors);
        Records().Length.ShouldBe(AllRecords);
        written.ShouldAllBe(r => File.GetLastWriteTimeUtc(r.Key) == r.Value);
        Validate("tree.git").Output.ShouldBe(whole.Output);
        Records().Length.ShouldBe(AllRecords);

        Make("edited.git", Second);
        Outcome edited = Validate("edited.git");
        edited.Exit.ShouldBe(0, edited.Errors);
        Records().Length.ShouldBe(AllRecords + RecordsOfAnEdit);
    }

    private static string[] Arguments(string tree) =>
        ["validate", "--tree", tree, "base..topic", "--ops", "2000"];

    private Outcome Validate(string tree) => Dmadiff.Run(Arguments(tree));

    private void Make(string tree, SourceEdit last)
    {
        using var made = new MadeSeries(_folder, tree, kernels[Kernels.Old].Tree);
        made.Edit("swiotlb: parentheses", Same).Edit("swiotlb: ask twice", last).Finish();
    }

    // What was finished by then.
    private string[] Interrupt()
    {
        using Process run = Dmadiff.Start(Arguments("tree.git"));
        while (Records().Length == 0)
        {
            run.HasExited.ShouldBeFalse();
            run.WaitForExit(TimeSpan.FromMilliseconds(20));
        }

        Dmadiff.Tool("kill", ["-INT", $"{run.Id}"]);
        Command.Finish(run, string.Empty).Exit.ShouldBe(130);
        return Records();
    }

    private string[] Records()
    {
        string folder = _folder[Path.Combine("cache", "dmadiff", "verdicts")];
        return Directory.Exists(folder)
            ? Directory.GetFiles(folder, "record.txt", SearchOption.AllDirectories)
            : [];
    }
}
