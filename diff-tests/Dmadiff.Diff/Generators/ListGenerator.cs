// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Generators;

/// <summary>Chooses what scatterlists are made of.</summary>
internal sealed class ListGenerator(SeedStream random, SizeGenerator sizes)
{
    private const ulong PageBytes = 4096;

    // What must not change around an entry lies this far to either side of it.
    private const ulong Apart = 128;

    /// <summary>The entries of a list, at least one.</summary>
    /// <param name="buffer">What they are parts of.</param>
    public List<ScatterPlace> Entries(BufferDeclaration buffer) =>
        random.Chance(35) && Pages(buffer) is { Count: > 0 } pages ? pages : Pieces(buffer);

    // Any ranges, apart from each other.
    private List<ScatterPlace> Pieces(BufferDeclaration buffer)
    {
        var entries = new List<ScatterPlace>();
        var at = random.Below(Math.Min(buffer.Bytes, 3000));
        var most = random.Pick(1, 2, 3, 4, 8, 20);
        while (entries.Count < most && at < buffer.Bytes)
        {
            var size = Math.Min(sizes.Mapping(buffer.Bytes - at), 1 + (buffer.Bytes / 4));
            size = Math.Min(size, buffer.Bytes - at);
            entries.Add(new ScatterPlace(buffer.Name, at, size));
            at += size + Apart + random.Pick(0UL, 0, 1, 500, 2048, 4096);
        }

        return entries;
    }

    // What the block layer makes of a file's pages: the first may begin inside of one, the last
    // end inside of one, and all others are whole, next to each other or not. Such entries can
    // be merged, and add up to what ends at a segment boundary.
    private List<ScatterPlace> Pages(BufferDeclaration buffer)
    {
        var entries = new List<ScatterPlace>();
        var misplaced = (buffer.At ?? 0) % PageBytes;
        var at = (PageBytes - misplaced) % PageBytes;
        at += random.Below(4) * PageBytes;
        var inside = random.Pick(0UL, 0, 0, 512, 1024, 3584);
        var most = random.Pick(2, 4, 8, 16, 24);
        while (entries.Count < most && at + PageBytes <= buffer.Bytes)
        {
            var pages = random.Pick(1UL, 1, 1, 2, 4, 8);
            var whole = Math.Min(pages * PageBytes, (buffer.Bytes - at) / PageBytes * PageBytes);
            entries.Add(new ScatterPlace(buffer.Name, at + inside, whole - inside));
            at += whole + (random.Pick(0UL, 0, 1, 2) * PageBytes);
            inside = 0;
        }

        if (entries.Count > 1 && random.Chance(30))
        {
            entries[^1] = entries[^1] with
            {
                Size = entries[^1].Size - random.Pick(1UL, 512, 2048),
            };
        }

        return entries;
    }
}
