// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Recordings;

/// <summary>
/// The first reading of a recording: which devices, pages, CPUs and pool there are, so that a
/// machine can be declared before the operations are known.
/// </summary>
internal sealed class RecordingSurvey
{
    private const int MostEarlier = 1 << 16;
    private readonly BounceMatcher _matcher = new();
    private readonly LiveMappings _live = new();
    private readonly LiveLists _lists = new();
    private readonly List<DeviceEvidence> _devices = [];
    private readonly List<EarlierMapping> _earlier = [];

    private RecordingSurvey(EventReader reader, Action<long>? progress)
    {
        Reader = reader;
        while (reader.Read() is { } happened)
        {
            Take(happened);
            if ((++EventCount & 0xfff) == 0)
            {
                progress?.Invoke(reader.Bytes);
            }
        }

        // Some devices are named by lines alone that cannot be read.
        while (_devices.Count < reader.Devices.Count)
        {
            _devices.Add(new DeviceEvidence());
        }
    }

    /// <summary>Reads it all.</summary>
    /// <param name="stream">The text.</param>
    /// <param name="progress">Told now and then how many bytes were read.</param>
    public static RecordingSurvey Read(Stream stream, Action<long>? progress) =>
        new(new EventReader(stream), progress);

    /// <summary>The reader, at its end.</summary>
    public EventReader Reader { get; }

    /// <summary>Events of interest.</summary>
    public long EventCount { get; private set; }

    /// <summary>Pages that were mapped.</summary>
    public PageSet Pages { get; } = new();

    /// <summary>What tells where the pool is.</summary>
    public PoolEvidence Pool { get; } = new();

    /// <summary>By the numbers of <see cref="EventReader.Devices"/>.</summary>
    public IReadOnlyList<DeviceEvidence> Devices => _devices;

    /// <summary>What was mapped before the recording began, or in a gap of it.</summary>
    public IReadOnlyList<EarlierMapping> Earlier => _earlier;

    /// <summary>What tells when an IOMMU was flushed.</summary>
    public IommuEvidence Iommu { get; } = new();

    /// <summary>Bytes of the largest allocation behind an IOMMU; 0 when there is none.
    /// </summary>
    public ulong LargestAllocation { get; private set; }

    /// <summary>Bounces were recorded.</summary>
    public bool AnyBounce => _matcher.AnyBounce;

    /// <summary>Everything is bounced by order.</summary>
    public bool IsForced { get; private set; }

    /// <summary>Events lost in gaps; at least 1 when it is not known how many.</summary>
    public long Lost { get; private set; }

    /// <summary>Time of the first event, in nanoseconds.</summary>
    public ulong FirstTime { get; private set; }

    /// <summary>Time of the last event.</summary>
    public ulong LastTime { get; private set; }

    /// <summary>CPUs of the machine.</summary>
    public int Cpus => Math.Max(1, Math.Max(Reader.Header.Cpus, Reader.Header.CpusSeen));

    /// <summary>Nothing is missing at the start.</summary>
    public bool IsWhole => Reader.Header.Overwritten == 0 && _earlier.Count == 0;

    private void Take(RecordedEvent happened)
    {
        if (happened.Kind == RecordedEventKind.Lost)
        {
            Lost += Math.Max(1, happened.LostEvents);
            _matcher.Forget();
            return;
        }

        if (FirstTime == 0)
        {
            FirstTime = happened.Time;
        }

        LastTime = Math.Max(LastTime, happened.Time);
        while (happened.Device >= _devices.Count)
        {
            _devices.Add(new DeviceEvidence());
        }

        switch (happened.Kind)
        {
            case RecordedEventKind.Bounced:
                _matcher.Bounce(happened);
                _devices[happened.Device].DmaMask = happened.DmaMask;
                IsForced |= happened.IsForced;
                Pages.Add(happened.Physical, Math.Max(happened.Size, 1));
                break;
            case RecordedEventKind.IommuMap:
                _matcher.Translations.Add(happened);
                break;
            case RecordedEventKind.Map:
                Map(happened, happened.Physical, happened.DmaAddress, happened.Size);
                break;
            case RecordedEventKind.MapList:
                MapList(happened);
                break;
            case RecordedEventKind.MapListFailed:
                _matcher.TakeRest(happened.Cpu, happened.Device);
                break;
            case RecordedEventKind.Allocate
                when _matcher.Translations.Holds(happened.Cpu, happened.DmaAddress):
                _devices[happened.Device].Translated++;
                LargestAllocation = Math.Max(LargestAllocation, happened.Size);
                _matcher.Translations.Claim(
                    happened.Cpu, happened.DmaAddress, happened.Size);
                break;
            case RecordedEventKind.Unmap:
                Unmap(happened);
                break;
            case RecordedEventKind.UnmapList:
                foreach (var segment in _lists.Take(happened.Device, happened.PhysicalAddresses)
                    ?? [])
                {
                    if (_live.IsLive(segment))
                    {
                        NoteEnd(segment.Handle, happened.Time);
                        _live.Remove(segment.Handle);
                    }
                }

                break;
        }
    }

    private int Map(RecordedEvent happened, ulong physical, ulong dma, ulong size)
    {
        var kind = _matcher.Claim(happened.Cpu, happened.Device, physical, dma);
        var device = _devices[happened.Device];
        if (size is 0 or > MachineModel.LargestMapping)
        {
            return -1;
        }

        Pages.Add(physical, size);
        switch (kind)
        {
            case AddressKind.Failed:
                return -1;
            case AddressKind.Bounced:
                device.Bounce(physical, dma, size);
                Pool.Bounce(happened.Cpu, dma, size);
                break;
            case AddressKind.Direct:
                device.Direct++;
                break;
            default:
                device.Translated++;
                Iommu.Make(happened.Device, dma, happened.Time);
                _matcher.Translations.Claim(happened.Cpu, dma, size);
                break;
        }

        var mapping = new LiveMapping(happened.Device, dma, size, kind);
        for (int old; (old = _live.FindOverlap(mapping)) >= 0;)
        {
            _live.Remove(old);
        }

        return _live.Add(mapping);
    }

    private void MapList(RecordedEvent happened)
    {
        if (happened.DmaAddresses.Count > 0
            && _matcher.Translations.Holds(happened.Cpu, happened.DmaAddresses[0]))
        {
            MapTranslatedList(happened);
            return;
        }

        var physical = happened.PhysicalAddresses;
        var segments = new List<MappingTicket>();
        for (var i = 0; i < Math.Min(physical.Count, happened.DmaAddresses.Count); i++)
        {
            var handle = Map(happened, physical[i], happened.DmaAddresses[i], happened.Sizes[i]);
            if (handle >= 0)
            {
                segments.Add(_live.Ticket(handle));
            }
        }

        if (happened.Segments > physical.Count)
        {
            _matcher.TakeRest(happened.Cpu, happened.Device);
        }

        if (physical.Count > 0)
        {
            _lists.Add(happened.Device, physical, [.. segments]);
        }
    }

    private void MapTranslatedList(RecordedEvent happened)
    {
        foreach (var (part, size) in _matcher.Translations.Parts(happened) ?? [])
        {
            Pages.Add(part, size);
        }

        var device = _devices[happened.Device];
        device.Translated++;
        device.LongestSegment = Math.Max(device.LongestSegment, happened.Sizes.Max());
        var start = happened.DmaAddresses[0];
        var bytes = happened.Sizes.Aggregate(0UL, (sum, size) => sum + size);
        Iommu.Make(happened.Device, start, happened.Time);
        for (var i = 0; i < happened.DmaAddresses.Count; i++)
        {
            _matcher.Translations.Claim(
                happened.Cpu, happened.DmaAddresses[i], happened.Sizes[i]);
        }

        var mapping = new LiveMapping(
            happened.Device, start, bytes, AddressKind.Translated);
        for (int old; (old = _live.FindOverlap(mapping)) >= 0;)
        {
            _live.Remove(old);
        }

        _lists.Add(
            happened.Device, happened.PhysicalAddresses, [_live.Ticket(_live.Add(mapping))]);
    }

    private void Unmap(RecordedEvent happened)
    {
        var handle = _live.Find(happened.Device, happened.DmaAddress);
        if (handle >= 0)
        {
            NoteEnd(handle, happened.Time);
            _live.Remove(handle);
        }
        else if (Lost == 0 && _earlier.Count < MostEarlier
            && happened.DmaAddress != AbiConstants.NoAddress)
        {
            _earlier.Add(new EarlierMapping(
                happened.Device, happened.DmaAddress, happened.Size));
        }
    }

    private void NoteEnd(int handle, ulong time)
    {
        var mapping = _live[handle];
        if (mapping.Kind == AddressKind.Translated)
        {
            Iommu.End(mapping.Device, mapping.DmaAddress, time);
        }
    }
}
