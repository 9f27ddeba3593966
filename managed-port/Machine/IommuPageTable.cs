// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;
using System.Runtime.InteropServices;

namespace Dmadiff.ManagedPort.Machine;

/// <summary>
/// The page table of one domain, for any set of page sizes. For each size there is a level of
/// nodes, one for each aligned range of that size: a node is a page, or it counts the smaller
/// pages inside, so that an overlap of any two sizes is found by looking at one node a level.
/// </summary>
public sealed class IommuPageTable
{
    private readonly IommuHardware _hardware;
    private readonly Log _log;
    private ulong _sizes;
    private Level[] _levels = [];

    /// <summary>Creates an empty one, without any page size.</summary>
    public IommuPageTable(IommuHardware hardware, Log log)
    {
        _hardware = hardware;
        _log = log;
    }

    /// <summary>Pages mapped.</summary>
    public ulong Pages { get; private set; }

    /// <summary>Says which page sizes there are. What is mapped with the same ones stays: a
    /// device that is attached late finds what was mapped before.</summary>
    /// <param name="sizes">Bit n: pages of 2^n bytes.</param>
    public void SetSizes(ulong sizes)
    {
        if (sizes == _sizes)
        {
            return;
        }
        _sizes = sizes;
        var levels = new List<Level>();
        for (ulong left = sizes; left != 0; left &= left - 1)
        {
            levels.Add(new Level(BitOperations.TrailingZeroCount(left)));
        }
        _levels = [.. levels];
    }

    /// <summary>Maps one page.</summary>
    /// <param name="iova">A multiple of its size.</param>
    /// <param name="phys">A multiple of its size.</param>
    /// <param name="size">One of the sizes.</param>
    /// <param name="access">What the device may do.</param>
    /// <returns>False when any part of it is mapped.</returns>
    /// <exception cref="KernelDeathException">There is no room: misuse.</exception>
    public bool TryMap(ulong iova, ulong phys, ulong size, IommuAccess access)
    {
        int level = LevelOf(size);
        if (_levels[level].Nodes.ContainsKey(iova))
        {
            return false;
        }
        for (int i = level + 1; i < _levels.Length; i++)
        {
            if (_levels[i].Nodes.TryGetValue(_levels[i].BaseOf(iova), out Node above)
                && above.IsPage)
            {
                return false;
            }
        }
        At(level, iova) = new Node { IsPage = true, Phys = phys, Access = access };
        for (int i = level + 1; i < _levels.Length; i++)
        {
            At(i, iova).Inside++;
        }
        Pages++;
        return true;
    }

    /// <summary>Unmaps a page, or the smaller ones inside of its range, up to the first
    /// hole.</summary>
    /// <param name="iova">A multiple of the size.</param>
    /// <param name="size">One of the sizes.</param>
    /// <returns>Bytes unmapped from iova on; 0 when there is a hole there, or only part of a
    /// page would go.</returns>
    public ulong Unmap(ulong iova, ulong size) => Unmap(LevelOf(size), iova);

    /// <summary>Looks up the granule that holds an IOVA.</summary>
    public IommuTranslation Walk(ulong iova)
    {
        ulong granule = iova & ~(IommuHardware.GranuleBytes - 1);
        foreach (Level level in _levels)
        {
            ulong start = level.BaseOf(iova);
            if (level.Nodes.TryGetValue(start, out Node node) && node.IsPage)
            {
                return new IommuTranslation(node.Phys + (granule - start), node.Access, true);
            }
        }
        return default;
    }

    private ulong Unmap(int level, ulong iova)
    {
        if (!_levels[level].Nodes.TryGetValue(iova, out Node node))
        {
            return 0;
        }
        ulong size = _levels[level].Bytes;
        if (node.IsPage)
        {
            RemovePage(level, iova);
            return size;
        }
        ulong done = 0;
        while (done < size)
        {
            ulong below = _levels[level - 1].Bytes;
            ulong now = Unmap(level - 1, iova + done);
            done += now;
            if (now < below)
            {
                break;
            }
        }
        return done;
    }

    private void RemovePage(int level, ulong iova)
    {
        for (int i = level + 1; i < _levels.Length; i++)
        {
            if (--At(i, iova).Inside == 0)
            {
                Drop(i, iova);
            }
        }
        Drop(level, iova);
        Pages--;
    }

    private void Drop(int level, ulong iova)
    {
        _levels[level].Nodes.Remove(_levels[level].BaseOf(iova));
        _hardware.GiveNode();
    }

    private ref Node At(int level, ulong iova)
    {
        ref Node node = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _levels[level].Nodes, _levels[level].BaseOf(iova), out bool exists);
        if (!exists && !_hardware.TryTakeNode())
        {
            _log.Misuse("the mock IOMMU's page table is full");
        }
        return ref node;
    }

    private int LevelOf(ulong size)
    {
        int level = 0;
        while (_levels[level].Bytes != size)
        {
            level++;
        }
        return level;
    }

    /// <summary>The nodes of one page size.</summary>
    private sealed class Level(int shift)
    {
        public Dictionary<ulong, Node> Nodes { get; } = [];

        public ulong Bytes => 1UL << shift;

        public ulong BaseOf(ulong iova) => iova & ~(Bytes - 1);
    }

    /// <summary>A page, or a range with pages inside.</summary>
    private struct Node
    {
        public bool IsPage;
        public IommuAccess Access;
        public ulong Phys;
        public uint Inside;
    }
}
