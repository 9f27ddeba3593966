// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.KernelHarness;

public sealed class CacheDirectoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_entry_is_made_once()
    {
        int made = 0;
        Make().ShouldBeTrue();
        Make().ShouldBeFalse();
        made.ShouldBe(1);

        bool Make() => _folder.Cache.Ensure("things/a", _ => made++, CancellationToken.None);
    }

    [Fact]
    public void An_interrupted_entry_leaves_no_trace()
    {
        using var cancel = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => _folder.Cache.Ensure(
            "things/a",
            folder =>
            {
                File.WriteAllText(Path.Combine(folder, "half"), "x");
                cancel.Cancel();
            },
            cancel.Token));
        Directory.EnumerateFileSystemEntries(_folder["cache/things"]).ShouldBeEmpty();
    }

    [Fact]
    public void What_a_killed_run_left_is_not_taken_for_an_entry()
    {
        _folder.Write("cache/things/tmp-a/half", "x");
        _folder.Cache.Ensure(
            "things/a",
            folder => Directory.EnumerateFileSystemEntries(folder).ShouldBeEmpty(),
            CancellationToken.None);
        Directory.GetDirectories(_folder["cache/things"]).ShouldBe([_folder["cache/things/a"]]);
    }

    [Fact]
    public async Task Two_runs_at_once_make_an_entry_once()
    {
        int made = 0;
        Task<bool>[] runs = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            _folder.Cache.Ensure(
                "things/a",
                _ =>
                {
                    Interlocked.Increment(ref made);
                    Thread.Sleep(100);
                },
                CancellationToken.None)))];
        bool[] results = await Task.WhenAll(runs);
        made.ShouldBe(1);
        results.Count(r => r).ShouldBe(1);
    }

    [Fact]
    public void Waiting_for_a_lock_can_be_cancelled()
    {
        using IDisposable held = _folder.Cache.Lock("a", CancellationToken.None);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        Should.Throw<OperationCanceledException>(() => _folder.Cache.Lock("a", cancel.Token));
    }
}
