// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.KernelHarness;

/// <summary>What the cache holds is shown, and what was not used for longest goes first.
/// </summary>
public sealed class CacheInventoryTests : IDisposable
{
    private const int EntryBytes = 1000;
    private readonly TemporaryFolder _folder = new();
    private readonly CacheDirectory _cache;
    private readonly CacheInventory _inventory;

    public CacheInventoryTests()
    {
        _cache = _folder.Cache;
        _inventory = new CacheInventory(_cache);
    }

    [Fact]
    public void Parts_are_counted_with_their_bytes()
    {
        Make("builds/a", daysAgo: 1);
        Make("builds/b", daysAgo: 1);
        Make("kernels.git", daysAgo: 9);

        _inventory.Parts().ShouldBe(
        [
            new CachePart("kernels.git", 1, EntryBytes),
            new CachePart("builds", 2, 2 * EntryBytes),
        ]);
    }

    [Fact]
    public void The_longest_unused_go_first_and_imported_kernels_stay()
    {
        Make("builds/old", daysAgo: 3);
        Make("headers/older", daysAgo: 4);
        Make("trees/new", daysAgo: 1);
        Make("kernels.git", daysAgo: 9);

        _inventory.Prune(EntryBytes, CancellationToken.None)
            .ShouldBe(new PruneResult(2, 2 * EntryBytes, EntryBytes));

        Directory.Exists(_cache.PathOf("builds/old")).ShouldBeFalse();
        Directory.Exists(_cache.PathOf("headers/older")).ShouldBeFalse();
        Directory.Exists(_cache.PathOf("trees/new")).ShouldBeTrue();
        Directory.Exists(_cache.PathOf("kernels.git")).ShouldBeTrue();
    }

    [Fact]
    public void Several_runs_may_prune_at_once()
    {
        const int entries = 50;
        for (int i = 0; i < entries; i++)
        {
            Make($"builds/{i}", daysAgo: 2);
        }

        // Each lists all of them before any is removed, more likely than not.
        int[] removed = new int[4];
        Parallel.For(0, removed.Length, i =>
            removed[i] = new CacheInventory(_cache).Prune(0, CancellationToken.None).Removed);

        removed.Sum().ShouldBe(entries);
        Directory.GetDirectories(_cache.PathOf("builds")).ShouldBeEmpty();
    }

    [Fact]
    public void What_another_run_has_begun_to_remove_is_none_of_this_ones()
    {
        Make("builds/tmp-pruned-old", daysAgo: 2);
        Make("builds/old", daysAgo: 3);

        _inventory.Prune(0, CancellationToken.None).Removed.ShouldBe(1);
        Directory.GetDirectories(_cache.PathOf("builds")).ShouldBeEmpty();
    }

    [Fact]
    public void What_another_run_may_be_using_stays()
    {
        Make("builds/fresh", daysAgo: 0);

        _inventory.Prune(0, CancellationToken.None).Removed.ShouldBe(0);
    }

    [Fact]
    public void An_entry_that_is_found_counts_as_used()
    {
        Make("builds/found", daysAgo: 5);

        _cache.Ensure("builds/found", _ => throw new InvalidOperationException(), default)
            .ShouldBeFalse();

        _inventory.Prune(0, CancellationToken.None).Removed.ShouldBe(0);
    }

    public void Dispose() => _folder.Dispose();

    private void Make(string entry, int daysAgo)
    {
        string folder = _cache.PathOf(entry);
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "file"), new byte[EntryBytes]);
        Directory.SetLastWriteTimeUtc(folder, DateTime.UtcNow.AddDays(-daysAgo));
    }
}
