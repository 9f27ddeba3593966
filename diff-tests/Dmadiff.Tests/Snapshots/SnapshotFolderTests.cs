// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Snapshots;
using Dmadiff.Tests.KernelHarness;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Snapshots;

public sealed class SnapshotFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SnapshotFolder Stored => new(_folder["stored"]);

    private IEnumerable<string> Files => Directory.GetFiles(_folder["stored"])
        .Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Comparing_writes_nothing_and_knows_four_states()
    {
        Stored.Compare([("a", "1")]).ShouldHaveSingleItem().State.ShouldBe(SnapshotState.Missing);
        Directory.Exists(_folder["stored"]).ShouldBeFalse();

        _folder.Write("stored/a.verified.txt", "1");
        _folder.Write("stored/b.verified.txt", "2");
        _folder.Write("stored/d.verified.txt", "4");
        Stored.Compare([("b", "3"), ("a", "1"), ("c", "3")]).Select(r => (r.Name, r.State))
            .ShouldBe(
            [
                ("a", SnapshotState.Same), ("b", SnapshotState.Changed),
                ("c", SnapshotState.Missing), ("d", SnapshotState.Stale),
            ]);
    }

    [Fact]
    public void What_came_instead_is_left_beside_and_gone_when_all_is_well()
    {
        _folder.Write("stored/a.verified.txt", "1");
        Stored.WriteReceived(Stored.Compare([("a", "2"), ("b", "3")]));
        Files.ShouldBe(["a.received.txt", "a.verified.txt", "b.received.txt"]);
        File.ReadAllText(_folder["stored/a.verified.txt"]).ShouldBe("1");

        Stored.WriteReceived(Stored.Compare([("a", "1")]));
        Files.ShouldBe(["a.verified.txt"]);
    }

    [Fact]
    public void Accepting_stores_what_is_now_and_nothing_else()
    {
        _folder.Write("stored/a.verified.txt", "1");
        _folder.Write("stored/stale.verified.txt", "1");
        _folder.Write("stored/a.received.txt", "2");
        _folder.Write("stored/notes.md", "mine");
        Stored.Accept(Stored.Compare([("a", "2"), ("b", "3")]));
        Files.ShouldBe(["a.verified.txt", "b.verified.txt", "notes.md"]);
        Stored.Compare([("a", "2"), ("b", "3")])
            .ShouldAllBe(r => r.State == SnapshotState.Same);
    }
}
