// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Recordings;

/// <content>Scatterlists.</content>
internal sealed partial class RecordingTranslator
{
    private void MapList()
    {
        if (_event.DmaAddresses.Count > 0
            && _matcher.Translations.Holds(_event.Cpu, _event.DmaAddresses[0]) && IsBehindIommu)
        {
            _iommu.MapList(_event, _matcher.Translations);
            return;
        }

        var physical = _event.PhysicalAddresses;
        var segments = new List<MappingTicket>();
        void Keep(int handle)
        {
            if (handle >= 0)
            {
                segments.Add(_live.Ticket(handle));
            }
        }

        for (var i = 0; i < Math.Min(physical.Count, _event.DmaAddresses.Count); i++)
        {
            Keep(Map(physical[i], _event.DmaAddresses[i], _event.Sizes[i]));
        }

        var missing = _event.Segments - physical.Count;
        if (missing > 0)
        {
            // The list was too long to be recorded, but each bounce was.
            var rest = _matcher.TakeRest(_event.Cpu, _event.Device);
            if (rest.Count != missing)
            {
                Dropped.Add("segments of a list that was recorded in part", missing);
                rest.Clear();
            }

            foreach (var segment in rest)
            {
                Keep(MapUnknown(segment));
            }
        }

        if (physical.Count > 0)
        {
            _lists.Add(_event.Device, physical, [.. segments]);
        }
    }

    // A mapping of which only the bounce is known, not the address that came of it.
    private int MapUnknown(BounceMatcher.Pending segment)
    {
        if (segment.Size == 0 || _event.IsNoDirection || !_model.Memory.Find(
            segment.Physical, segment.Size, out var buffer, out var offset, out _))
        {
            Dropped.Add("mapping of memory that cannot be declared");
            return -1;
        }

        var handle = _live.Add(new LiveMapping(
            _event.Device, AbiConstants.NoAddress, segment.Size, AddressKind.Direct));
        _output.Emit(_event, MapOp(handle, buffer, offset, segment.Size), AddressCheck.None, 0);
        return handle;
    }

    // All segments but the last were mapped, and were unmapped again without a copy.
    private void MapListFailed()
    {
        var tried = _matcher.TakeRest(_event.Cpu, _event.Device);
        if (tried.Count == 0)
        {
            Dropped.Add("dma_map_sg_err: its segments have no recorded size");
            return;
        }

        var handles = tried.SkipLast(1).Select(MapUnknown).Where(h => h >= 0).ToList();
        if (_model.Memory.Find(
            tried[^1].Physical, tried[^1].Size, out var buffer, out var offset, out _))
        {
            Fail(MapOp(_live.TakeHandle(), buffer, offset, tried[^1].Size));
        }

        foreach (var handle in handles)
        {
            End(handle, _event.Attrs | AbiAttr.SkipCpuSync);
        }
    }

    private void UnmapList()
    {
        if (_lists.Take(_event.Device, _event.PhysicalAddresses) is not { } segments)
        {
            Dropped.Add("dma_unmap_sg of what no recorded map made");
            return;
        }

        foreach (var segment in segments)
        {
            if (_live.IsLive(segment))
            {
                End(segment.Handle, _event.Attrs);
            }
        }
    }
}
