// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;
using Dmadiff.Diff.Validation;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Validation;

/// <summary>What of a kernel's doings is a patch's, by what kernels before it did on the same
/// sequences.</summary>
public class PatchTallyTests
{
    private static readonly Defect Leak = new(DefectKind.Breach, "C6 accounting", "unmap");
    private static readonly Defect Null = new(DefectKind.Crash, "SIGSEGV at NULL", "lookup");
    private static readonly AddedSwitch Dynamic = new(SwitchKind.BootOption, "dynamic", 1);
    private static readonly Dictionary<Defect, int> Nothing = [];

    [Fact]
    public void A_defect_that_no_kernel_before_shows_on_the_sequence_is_new()
    {
        var (tally, _) = Take(Nothing, [Plain()], [Does(1)], [Does(1, Leak)]);
        tally.New.Keys.ShouldBe([Leak]);
        tally.Old.ShouldBe(0);
    }

    [Fact]
    public void A_defect_that_the_base_has_on_the_sequence_is_old_even_where_a_patch_hid_it()
    {
        var (tally, _) = Take(
            Nothing, [Plain()], [Does(1, Leak)], [Does(2)], [Does(1, Leak)]);
        tally.New.ShouldBeEmpty();
        tally.Old.ShouldBe(1);
    }

    [Fact]
    public void What_an_earlier_patch_brought_may_need_a_switch_by_now()
    {
        Exercise[] exercises = [Plain(), Plain() with { Switch = Dynamic, Plain = 0 }];
        var (tally, _) = Take(
            new Dictionary<Defect, int> { [Null] = 1 },
            exercises,
            [Does(1), null],
            [Does(0, Null), Does(0, Null)],
            [Does(1), Does(0, Null)]);
        tally.New.ShouldBeEmpty();
        tally.Still.ShouldBe([Null]);
        tally.NeedsSwitch(Null).ShouldBeTrue();
    }

    [Fact]
    public void With_a_switch_on_the_same_kernel_without_it_is_what_counts()
    {
        Exercise[] exercises = [Plain(), Plain() with { Switch = Dynamic, Plain = 0 }];
        Take(Nothing, exercises, [Does(1), null], [Does(1), Does(2, Leak, Null)])
            .Tally.New.Keys.ShouldBe([Leak, Null]);
        Take(Nothing, exercises, [Does(1, Leak), null], [Does(1, Leak), Does(2, Leak)])
            .Tally.New.ShouldBeEmpty();
    }

    [Fact]
    public void An_outcome_that_a_kernel_before_had_is_restored_and_no_change()
    {
        var (tally, changed) = Take(Nothing, [Plain()], [Does(1)], [Does(2)], [Does(1)]);
        tally.Restored.ShouldBe(1);
        changed.ShouldBeEmpty();
    }

    [Fact]
    public void A_crash_of_the_kernel_before_is_looked_past()
    {
        Take(Nothing, [Plain()], [Does(1)], [Does(0, Null)], [Does(3)]).Changed.ShouldBe([(0, 0)]);
        Take(Nothing, [Plain()], [Does(1)], [Does(0, Null)], [Does(1)]).Changed.ShouldBeEmpty();
    }

    [Fact]
    public void A_record_is_read_back_as_it_was_written()
    {
        string path = Path.GetTempFileName();
        try
        {
            var record = new KernelRecord([Does(ulong.MaxValue, Leak, Null), null], [3, 0]);
            record.Write(path);
            KernelRecord read = KernelRecord.Read(path);
            read.Counters.ShouldBe(record.Counters);
            read.Traces[0]!.Digest.ShouldBe(ulong.MaxValue);
            read.Traces[0]!.Defects.ShouldBe([Leak, Null]);
            read.Traces[1].ShouldBeNull();
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Exercise Plain() =>
        new("made", TraceLowering.Lower(TraceParser.Parse("dmadiff-trace 1\ntime 5\n")));

    private static TraceRecord Does(ulong digest, params Defect[] defects) => new(digest, defects);

    private static (PatchTally Tally, List<(int Index, int Against)> Changed) Take(
        Dictionary<Defect, int> brought, Exercise[] exercises, params TraceRecord?[][] kernels)
    {
        int last = kernels.Length - 1;
        var tally = new PatchTally(
            new References(exercises, [.. kernels.Select(k => new KernelRecord(k, []))]),
            last,
            brought);
        var changed = new List<(int, int)>();
        for (int i = 0; i < exercises.Length; i++)
        {
            if (tally.Take(i, exercises[i]) is { } against)
            {
                changed.Add((i, against));
            }
        }

        return (tally, changed);
    }
}
