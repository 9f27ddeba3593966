// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Recordings;

/// <summary>Finds out when an IOMMU was flushed. In strict mode an IOVA is free when its unmap
/// returns, and the next mapping of that size gets it again. In lazy mode it waits in a queue,
/// for some 10 ms.</summary>
internal sealed class IommuEvidence
{
    private const ulong Soon = 5_000_000;
    private const int MostRemembered = 1 << 16;
    private readonly Dictionary<(int Device, ulong Address), ulong> _ended = [];
    private long _soon;
    private long _later;

    /// <summary>Takes in the end of a mapping.</summary>
    public void End(int device, ulong address, ulong time)
    {
        if (_ended.Count < MostRemembered)
        {
            _ended[(device, address)] = time;
        }
    }

    /// <summary>Takes in a mapping.</summary>
    public void Make(int device, ulong address, ulong time)
    {
        if (_ended.Remove((device, address), out var ended))
        {
            if (time - ended < Soon)
            {
                _soon++;
            }
            else
            {
                _later++;
            }
        }
    }

    /// <summary>The mode.</summary>
    public AbiIommuMode Mode => _soon > _later ? AbiIommuMode.Strict : AbiIommuMode.Lazy;
}
