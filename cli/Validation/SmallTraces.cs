// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;
using Dmadiff.Diff.Validation;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Validation;

/// <summary>Keeps small sequences in the cache.</summary>
/// <param name="cache">The cache.</param>
/// <param name="cancel">Stops what is being made small.</param>
internal sealed class SmallTraces(CacheDirectory cache, CancellationToken cancel) : ISmallTraces
{
    private const string FileName = "small.trace";

    /// <inheritdoc/>
    public Trace? Ensure(IReadOnlyList<string> key, Func<Trace?> shrink)
    {
        using var hash = new ContentHash();
        string entry = "verdicts/" + hash.Add(Tool.BuildId).AddAll(key).Finish();
        cache.Ensure(
            entry,
            folder => File.WriteAllText(
                Path.Combine(folder, FileName),
                shrink() is { } small ? TracePrinter.Print(small) : string.Empty),
            cancel);
        string text = File.ReadAllText(cache.PathOf(entry, FileName));
        return text.Length == 0 ? null : TraceParser.Parse(text, entry);
    }
}
