// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Recordings;
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Recordings;

/// <summary>Habits that are learnt from recordings.</summary>
public sealed class GeneratorProfileTests : IDisposable
{
    private readonly Replayed _replayed = new();

    public void Dispose() => _replayed.Dispose();

    [Fact]
    public void Sizes_offsets_lifetimes_directions_and_cpus_are_learnt()
    {
        using var machine = new RecordedMachine(2);
        var first = machine.Map(1, 0x10f8, 16);
        machine.Unmap(0, machine.Map(0, 0x2000, 4096, "FROM_DEVICE"));
        machine.Unmap(0, machine.Map(0, 0x2000, 4096, "FROM_DEVICE"));
        machine.Unmap(0, first);
        DeviceProfile device = Learn(machine).Devices.ShouldHaveSingleItem();
        device.Name.ShouldBe("0000:00:04.0");
        device.Mappings.ShouldBe(3);
        device.Sizes.ShouldBe([new(16, 1), new(4096, 2)]);
        device.Offsets.ShouldBe([new(0, 2), new(0xf8, 1)]);
        device.Lifetimes.ShouldBe([new(1, 2), new(2, 1)]);
        device.Directions.ShouldBe([new(1, 1), new(2, 2)]);
        device.Cpus.ShouldBe([new(0, 2), new(1, 1)]);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        using var machine = new RecordedMachine(2, 0xfff);
        machine.Work(200, live: 10, seed: 5);
        string text = GeneratorProfileFile.Print(Learn(machine));
        GeneratorProfileFile.Print(GeneratorProfileFile.Parse(text, "p")).ShouldBe(text);
    }

    [Fact]
    public void Traces_of_a_profile_make_sense_and_use_its_sizes()
    {
        using var machine = new RecordedMachine(3);
        for (var i = 0; i < 20; i++)
        {
            machine.Unmap(2, machine.Map(2, 0xf8, 777));
        }

        var generator = new SequenceGenerator(9) { Profile = Learn(machine) };
        for (ulong i = 0; i < 50; i++)
        {
            Trace trace = generator.Generate(i);
            TraceRules.Check(trace).ShouldBeEmpty();
            trace.ShouldBe(generator.Generate(i));
            var maps = trace.Operations.Where(o => o.Kind == OperationKind.Map).ToList();
            maps.Count(o => o.Size == 777).ShouldBeGreaterThan(maps.Count / 2);
            maps.ShouldAllBe(o => (o.Offset & 0xfff) == 0xf8);
        }
    }

    [Theory]
    [InlineData("\"version\": 1", "\"version\": 2", "p.json: version is 2; this program reads 1")]
    [InlineData("\"cpus\": 1", "\"cpus\": 0", "p.json: cpus is out of range, must be 1 to 128")]
    [InlineData("\"count\": 1", "\"count\": -1",
        "p.json: devices[0].sizes[0].count is out of range: -1, must be 1 to 1099511627776")]
    [InlineData("\"minAlignMask\": 0", "\"minAlignMask\": 5",
        "p.json: devices[0].minAlignMask must be a power of two minus one, at most 0x7fffffff")]
    public void A_profile_that_makes_no_sense_is_refused_with_the_place(
        string good, string bad, string message)
    {
        string text = Good();
        int at = text.IndexOf(good, StringComparison.Ordinal);
        at.ShouldBeGreaterThan(0);
        Refused(text.Remove(at, good.Length).Insert(at, bad)).ShouldBe(message);
    }

    [Fact]
    public void Json_that_is_no_profile_is_refused_with_the_line()
    {
        Refused("{\n  \"version\": x }").ShouldStartWith("p.json:2: no generator profile");
        Refused(Good().Replace("\"syncs\"", "\"sinks\"", StringComparison.Ordinal))
            .ShouldContain("sinks");
        Refused("null").ShouldBe("p.json: it is null");
        Refused(Good().Replace("\"sizes\": [", "\"sizes\": [null,", StringComparison.Ordinal))
            .ShouldBe("p.json: devices[0].sizes[0] is null");
    }

    [Fact]
    public void Nothing_is_learnt_where_there_is_nothing()
    {
        Recording recording = _replayed.Open(
            "a-1 [000] 7.1: tracing_mark_write: hello\n");
        Should.Throw<GeneratorProfileException>(() => new ProfileLearner(recording).Learn())
            .Message.ShouldEndWith("no profile: it has no mapping that can be replayed");
    }

    private static string Refused(string text) => Should
        .Throw<GeneratorProfileException>(() => GeneratorProfileFile.Parse(text, "p.json"))
        .Message;

    private string Good()
    {
        using var machine = new RecordedMachine();
        machine.Unmap(0, machine.Map(0, 0, 100));
        return GeneratorProfileFile.Print(Learn(machine));
    }

    private GeneratorProfile Learn(RecordedMachine machine)
    {
        Recording recording = _replayed.Open(machine.Text());
        var learner = new ProfileLearner(recording);
        using RecordingSteps steps = recording.ReadSteps();
        while (steps.Next(out ReplayStep step))
        {
            learner.Take(step);
        }

        return learner.Learn();
    }
}
