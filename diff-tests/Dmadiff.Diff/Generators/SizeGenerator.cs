// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Generators;

/// <summary>Chooses sizes and offsets where off-by-one errors live: at and around powers of
/// two, slots (2K), pages (4K) and segments (256K).</summary>
internal sealed class SizeGenerator(SeedStream random)
{
    private const ulong Segment = 256UL << 10;

    /// <summary>Bytes to map, at most <paramref name="room"/>, which is at least 1.</summary>
    public ulong Mapping(ulong room)
    {
        var size = random.Index(20) switch
        {
            < 4 => random.Between(1, 128),
            < 8 => Around(1UL << (int)random.Between(3, 13)),
            < 11 => Around(2048 * random.Between(1, 6)),
            < 14 => Around(4096 * random.Between(1, 4)),
            < 17 => random.Between(1, 9000),
            < 19 => Around(1UL << (int)random.Between(14, 18)),
            _ => Around(Segment),
        };
        return Math.Clamp(size, 1, room);
    }

    /// <summary>Where in a buffer a mapping starts: aligned more often than chance would
    /// have it.</summary>
    public ulong Start(ulong bytes)
    {
        var grain = random.Pick(1UL, 1, 16, 512, 2048, 4096, 4096);
        var nudge = random.Chance(20) ? random.Pick(0UL, 1, 2, 2047) : 0;
        return Math.Min((random.Below(bytes) / grain * grain) + nudge, bytes - 1);
    }

    /// <summary>A range of a mapping of <paramref name="size"/> bytes; rarely one that leaves
    /// it, unless it is to stay inside.</summary>
    public (ulong Offset, ulong Size) Part(ulong size, bool inside)
    {
        if (!inside && random.Chance(3))
        {
            var offset = random.Below(size + 4096);
            return (offset, random.Between(1, 4096));
        }

        if (size == 0 || random.Chance(30))
        {
            return (0, Math.Max(size, 1));
        }

        var start = random.Chance(30) ? Math.Min(Around(2048), size - 1) : random.Below(size);
        return (start, random.Between(1, size - start));
    }

    private ulong Around(ulong value)
    {
        var off = random.Pick(0UL, 0, 0, 1, 2, 16, 511, 513);
        return random.Chance(50) || off >= value ? value + off : value - off;
    }
}
