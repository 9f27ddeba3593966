// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Snapshots;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Snapshots;

public class SnapshotCauseTests
{
    private const string Stored = """
        # A trace
        boot machine: ok
            log 6 software IO TLB: area num 1.
        map m0 d0 b0+0x10 2K from_device: ok 0x3c000010
            state used 1, area 0, area used 1, area index 1
            digest data 0000000000000001, slot 0000000000000002
        sync_for_cpu m0+2032 1: ok
            digest data 0000000000000003
        check at the end: ok

        """;

    [Theory]
    [InlineData("ok 0x3c000010", "ok 0x3c000810", "map value")]
    [InlineData("ok 0x3c000010", "mapping_error", "map ok to mapping_error")]
    [InlineData("used 1, area 0, area used 1", "used 2, area 0, area used 2", "map area used and used")]
    [InlineData("slot 0000000000000002", "slot 0000000000000004", "map slot")]
    [InlineData("area num 1.", "area num 2.", "boot machine log")]
    [InlineData("    digest data 0000000000000003\n", "", "sync_for_cpu data")]
    [InlineData("A trace", "Another trace", "the trace's comment")]
    [InlineData("map m0 d0 b0+0x10 2K", "map m0 d0 b0+0x10 4K", "the trace itself")]
    [InlineData(
        "check at the end",
        "    contract C4 data: expected 0x55, actual 0x00\ncheck at the end",
        "sync_for_cpu contract C4 data")]
    [InlineData(
        "at the end: ok\n",
        "at the end: ok\nthen unmap m0:\n    contract C6 accounting: expected 0, actual 1\n",
        "then unmap contract C6 accounting")]
    public void What_changed_first_is_named(string before, string now, string cause)
    {
        string current = Stored.Replace(before, now);
        current.ShouldNotBe(Stored);
        SnapshotCause.Of(Stored, current).ShouldBe(cause);
    }
}
