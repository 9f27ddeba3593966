// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Contract.Shadow;

/// <summary>Memory that a device sees in one piece, and whose parts may lie anywhere.</summary>
internal sealed class SeenMemory
{
    // What an IOMMU may place by itself.
    private const ulong Granule = 4096;

    private readonly List<(ulong Address, ulong Size)> _parts = [];

    /// <summary>Memory that lies in one piece.</summary>
    /// <param name="address">Physical address.</param>
    /// <param name="size">Bytes.</param>
    public SeenMemory(ulong address, ulong size) => Add(address, size);

    private SeenMemory()
    {
    }

    /// <summary>Its parts in order. None begins where the one before it ends.</summary>
    public IReadOnlyList<(ulong Address, ulong Size)> Parts => _parts;

    /// <summary>Bytes of it.</summary>
    public ulong Size { get; private set; }

    /// <summary>Physical address of its first byte; 0 if there is none.</summary>
    public ulong Address => _parts.Count > 0 ? _parts[0].Address : 0;

    /// <summary>Asks what stands behind addresses, as far as there is anything.</summary>
    /// <param name="step">Asks.</param>
    /// <param name="mapping">Handle.</param>
    /// <param name="offset">Where in the mapping.</param>
    /// <param name="address">What the device calls that place.</param>
    /// <param name="size">Bytes.</param>
    public static SeenMemory Behind(
        ContractStep step, uint mapping, ulong offset, ulong address, ulong size)
    {
        var questions = new List<AbiOp>();
        for (var at = 0UL; at < size; at += Granule - ((address + at) % Granule))
        {
            questions.Add(new AbiOp
            {
                Kind = AbiOpKind.IovaToPhys,
                Mapping = mapping,
                Offset = offset + at,
            });
        }

        var answers = new AbiResult[questions.Count];
        step.Engine.Run([.. questions], answers);
        var seen = new SeenMemory();
        foreach (var answer in answers)
        {
            if (answer.Status != AbiStatus.Ok || answer.Value == 0)
            {
                break;
            }

            var left = Granule - ((address + seen.Size) % Granule);
            seen.Add(answer.Value, Math.Min(left, size - seen.Size));
        }

        return seen;
    }

    /// <summary>Reads bytes of it; those that are not there as zeros.</summary>
    /// <param name="engine">The machine.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="bytes">Where to.</param>
    /// <param name="behindCaches">As a device sees it that bypasses the caches.</param>
    public void Read(IEngine engine, ulong offset, Span<byte> bytes, bool behindCaches)
    {
        foreach (var (address, size) in _parts)
        {
            if (offset >= size)
            {
                offset -= size;
                continue;
            }

            var now = bytes[..(int)Math.Min((ulong)bytes.Length, size - offset)];
            if (behindCaches)
            {
                engine.ReadBehindCaches(address + offset, now);
            }
            else
            {
                engine.ReadMemory(address + offset, now);
            }

            bytes = bytes[now.Length..];
            offset = 0;
        }

        bytes.Clear();
    }

    private void Add(ulong address, ulong size)
    {
        Size += size;
        if (_parts.Count > 0 && _parts[^1] is var last && last.Address + last.Size == address)
        {
            _parts[^1] = (last.Address, last.Size + size);
        }
        else
        {
            _parts.Add((address, size));
        }
    }
}
