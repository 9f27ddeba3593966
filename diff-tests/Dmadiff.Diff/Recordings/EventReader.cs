// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Recordings;

/// <summary>
/// Reads the events of a recording in the text of tracefs' `trace`, of `trace-cmd report` or of
/// `perf script`, one after the other.
/// </summary>
/// <param name="stream">The text; stays the caller's to dispose.</param>
internal sealed class EventReader(Stream stream)
{
    /// <summary>Most bad lines that are kept.</summary>
    public const int MostBadLines = 20;

    /// <summary>Devices that engines have room for, but one.</summary>
    private const int MostDevices = 63;

    private readonly LineReader _lines = new(stream);
    private readonly RecordedEvent _event = new();
    private readonly NameTable _otherEvents = new();
    private readonly List<BadLine> _badLines = [];

    /// <summary>Names of the devices that were met, in that order.</summary>
    public NameTable Devices { get; } = new() { Most = MostDevices };

    /// <summary>What the lines in front of the events say.</summary>
    public RecordingHeader Header { get; } = new();

    /// <summary>Events of interest, by the task that they happened in.</summary>
    public TaskTally Tasks { get; } = new();

    /// <summary>Events that are of no interest here.</summary>
    public RecordingTally OtherEvents { get; } = new();

    /// <summary>Lines that should have been events of ours and cannot be read.</summary>
    public IReadOnlyList<BadLine> BadLines => _badLines;

    /// <summary>How many there were of them.</summary>
    public long BadLineCount { get; private set; }

    /// <summary>Lines that are neither events nor notes of the recorder: stack frames, texts
    /// of several lines.</summary>
    public long OtherLines { get; private set; }

    /// <summary>Bytes read.</summary>
    public long Bytes => _lines.Bytes;

    /// <summary>Lines read.</summary>
    public long LineCount => _lines.Number;

    /// <summary>Reads the next event that is of interest.</summary>
    /// <returns>The event, good until the next call; null at the end.</returns>
    public RecordedEvent? Read()
    {
        while (_lines.Read(out var line))
        {
            if (EventLine.Split(line, out var parts))
            {
                Header.Note(parts);
                if (ReadEvent(parts))
                {
                    Tasks.Add(parts.Task);
                    return _event;
                }
            }
            else if (Header.Note(line, out var lost))
            {
                if (lost >= 0)
                {
                    return ReadLoss(lost);
                }
            }
            else if (!line.IsEmpty)
            {
                OtherLines++;
            }
        }

        return null;
    }

    private RecordedEvent ReadLoss(long lost)
    {
        _event.Clear();
        _event.Kind = RecordedEventKind.Lost;
        _event.Line = _lines.Number;
        _event.LostEvents = lost;
        return _event;
    }

    private bool ReadEvent(in EventLine parts)
    {
        var kind = EventNames.KindOf(parts.Name, parts.Payload);
        if (kind == RecordedEventKind.Other)
        {
            var name = _otherEvents.Name(_otherEvents.Number(parts.Name));
            OtherEvents.Add(EventNames.IsOurs(parts.Name) ? $"{name} (not known)" : name);
            return false;
        }

        _event.Clear();
        _event.Kind = kind;
        _event.Line = _lines.Number;
        _event.Cpu = parts.Cpu;
        _event.Time = parts.Time;
        if (_lines.IsCut)
        {
            Refuse("longer than a line can be");
            return false;
        }

        var fields = new EventFields(parts.Payload);
        if (Fill(fields, parts.Payload) is { } why)
        {
            Refuse(why);
            return false;
        }

        return true;
    }

    private void Refuse(string why)
    {
        BadLineCount++;
        if (_badLines.Count < MostBadLines)
        {
            _badLines.Add(new BadLine(_lines.Number, why));
        }
    }

    // Null, or what is wrong.
    private string? Fill(in EventFields fields, ReadOnlySpan<byte> payload)
    {
        switch (_event.Kind)
        {
            case RecordedEventKind.Mark:
                _event.Text = Encoding.UTF8.GetString(payload);
                return null;
            case RecordedEventKind.Lost:
                _event.LostEvents = RecordingHeader.FirstNumber(payload);
                return null;
            case RecordedEventKind.IommuMap:
                return Need(fields.Hex("iova"u8, out var iova), "iova")
                    ?? Need(fields.Hex("paddr"u8, out var paddr), "paddr")
                    ?? Sized(fields)
                    ?? Set(iova, paddr);
            case RecordedEventKind.IommuUnmap:
                return Need(fields.Hex("iova"u8, out var gone), "iova")
                    ?? Sized(fields)
                    ?? Set(gone, 0);
            case RecordedEventKind.Bounced:
                return FillBounced(fields);
            default:
                return Device(fields, "device"u8) ?? FillDma(fields);
        }
    }

    private string? FillBounced(in EventFields fields)
    {
        if (!fields.Hex("dma_mask"u8, out var mask))
        {
            mask = ulong.MaxValue;
        }

        _event.DmaMask = mask;
        _event.IsForced = fields.EndsWith("FORCE"u8);
        return Device(fields, "dev_name"u8)
            ?? Need(fields.Hex("dev_addr"u8, out var address), "dev_addr")
            ?? Sized(fields)
            ?? Set(AbiConstants.NoAddress, address);
    }

    private string? FillDma(in EventFields fields)
    {
        _event.Attrs = fields.Attrs();
        if (fields.Direction(out var direction, out var none))
        {
            (_event.Direction, _event.IsNoDirection) = (direction, none);
        }
        else if (_event.Kind is not (RecordedEventKind.Allocate or RecordedEventKind.Free))
        {
            return "no direction that is known";
        }

        switch (_event.Kind)
        {
            case RecordedEventKind.Map:
                return Need(fields.Hex("dma_addr"u8, out var dma), "dma_addr")
                    ?? Need(fields.Hex("phys_addr"u8, out var physical), "phys_addr")
                    ?? Sized(fields)
                    ?? Set(dma, physical);
            case RecordedEventKind.MapList:
            case RecordedEventKind.MapListFailed:
            case RecordedEventKind.UnmapList:
            case RecordedEventKind.SyncListForCpu:
            case RecordedEventKind.SyncListForDevice:
                return FillList(fields);
            case RecordedEventKind.Resource:
                return null;
            case RecordedEventKind.Unmap:
                // The field is called addr where it lies in memory, and dma_addr in print.
                var known = fields.Hex("dma_addr"u8, out var address)
                    || fields.Hex("addr"u8, out address);
                return Need(known, "dma_addr") ?? Sized(fields) ?? Set(address, 0);
            default:
                return Need(fields.Hex("dma_addr"u8, out var at), "dma_addr")
                    ?? Sized(fields)
                    ?? Set(at, 0);
        }
    }

    private string? FillList(in EventFields fields)
    {
        var kind = _event.Kind;
        if (kind is RecordedEventKind.MapList or RecordedEventKind.UnmapList
            or RecordedEventKind.MapListFailed)
        {
            // What failed has its physical addresses printed under the other name.
            var found = fields.Array("phys_addrs"u8, _event.PhysicalAddresses)
                || fields.Array("addrs"u8, _event.PhysicalAddresses)
                || (kind == RecordedEventKind.MapListFailed
                    && fields.Array("dma_addrs"u8, _event.PhysicalAddresses));
            if (!found)
            {
                return "no array phys_addrs";
            }
        }

        if (kind is RecordedEventKind.UnmapList or RecordedEventKind.MapListFailed)
        {
            _event.Segments = _event.PhysicalAddresses.Count;
            return null;
        }

        if (!fields.Array("dma_addrs"u8, _event.DmaAddresses))
        {
            return "no array dma_addrs";
        }

        if (!fields.Array("sizes"u8, _event.Sizes) && !fields.Array("lengths"u8, _event.Sizes))
        {
            return "no array sizes";
        }

        if (_event.Sizes.Count != _event.DmaAddresses.Count)
        {
            return "as many sizes as dma_addrs must be there";
        }

        _event.Segments = fields.Count("nents"u8, out var count)
            ? Math.Max(count, _event.PhysicalAddresses.Count)
            : _event.PhysicalAddresses.Count;
        return null;
    }

    private string? Device(in EventFields fields, ReadOnlySpan<byte> key)
    {
        var name = fields.FirstWord();
        if ((name.IsEmpty || fields.IsRaw || key.SequenceEqual("dev_name"u8))
            && !fields.Find(key, out name))
        {
            return "no device";
        }

        if (name.IsEmpty)
        {
            return "no device";
        }

        _event.Device = Devices.Number(name);
        return _event.Device < 0 ? $"more than {MostDevices} devices" : null;
    }

    private string? Sized(in EventFields fields)
    {
        if (!fields.Decimal("size"u8, out var size))
        {
            return "no size";
        }

        _event.Size = size;
        return null;
    }

    private string? Set(ulong dma, ulong physical)
    {
        _event.DmaAddress = dma;
        _event.Physical = physical;
        return null;
    }

    private static string? Need(bool found, string field) => found ? null : $"no {field}";
}
