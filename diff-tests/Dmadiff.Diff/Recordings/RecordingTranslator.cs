// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Recordings;

/// <summary>The second reading of a recording: every event becomes the operations that a driver
/// called, or is counted by the reason why it cannot.</summary>
internal sealed class RecordingTranslator
{
    private const ulong Millisecond = 1_000_000;
    private const ulong LongestTime = 1_000_000_000;
    private readonly EventReader _reader;
    private readonly MachineModel _model;
    private readonly BounceMatcher _matcher = new();
    private readonly LiveMappings _live = new();
    private readonly LiveLists _lists = new();
    private readonly Dictionary<(int Device, ulong Address), int[]> _earlier = [];
    private readonly Queue<ReplayStep> _ready = new();
    private long _unclaimed;
    private int _cpu;
    private ulong _clock;
    private RecordedEvent _event = new();

    /// <summary>Starts at the beginning.</summary>
    /// <param name="stream">The text, the same that was surveyed.</param>
    /// <param name="model">The machine.</param>
    public RecordingTranslator(Stream stream, MachineModel model)
    {
        _reader = new EventReader(stream);
        _model = model;
        if (model.Prologue is { } prologue)
        {
            _cpu = prologue.Write(
                model.Devices.Count, model.Memory.Buffers.Count, _live, _earlier, _ready);
            PrologueOperations = _ready.Count;
        }
    }

    /// <summary>Bytes read.</summary>
    public long Bytes => _reader.Bytes;

    /// <summary>Operations by kind.</summary>
    public RecordingTally Operations { get; } = new();

    /// <summary>What did not become an operation, by reason.</summary>
    public RecordingTally Dropped { get; } = new();

    /// <summary>Operations in front that bring the pool to where the recording found it.
    /// </summary>
    public int PrologueOperations { get; }

    /// <summary>Mappings that are live at the end.</summary>
    public int LiveAtEnd => _live.Count;

    /// <summary>The next step.</summary>
    /// <returns>False at the end of the recording.</returns>
    public bool Next(out ReplayStep step)
    {
        while (!_ready.TryDequeue(out step))
        {
            if (_reader.Read() is not { } happened)
            {
                End();
                return false;
            }

            _event = happened;
            Translate();
        }

        return true;
    }

    private void End()
    {
        var unclaimed = _matcher.Unclaimed;
        _matcher.Forget();
        if (unclaimed > _unclaimed)
        {
            Dropped.Add("swiotlb_bounced that no mapping followed", unclaimed - _unclaimed);
            _unclaimed = unclaimed;
        }
    }

    private void Translate()
    {
        switch (_event.Kind)
        {
            case RecordedEventKind.Bounced:
                _matcher.Bounce(_event);
                break;
            case RecordedEventKind.IommuMap:
                _matcher.Translate(_event);
                Dropped.Add("iommu map: part of a mapping behind an IOMMU");
                break;
            case RecordedEventKind.IommuUnmap:
                Dropped.Add("iommu unmap: part of a mapping behind an IOMMU");
                break;
            case RecordedEventKind.Map:
                Map(_event.Physical, _event.DmaAddress, _event.Size);
                break;
            case RecordedEventKind.MapList:
                MapList();
                break;
            case RecordedEventKind.MapListFailed:
                MapListFailed();
                break;
            case RecordedEventKind.Unmap:
                Unmap();
                break;
            case RecordedEventKind.UnmapList:
                UnmapList();
                break;
            case RecordedEventKind.SyncForCpu or RecordedEventKind.SyncForDevice:
                Sync(_event.Kind, _event.DmaAddress, _event.Size);
                break;
            case RecordedEventKind.SyncListForCpu or RecordedEventKind.SyncListForDevice:
                var kind = _event.Kind == RecordedEventKind.SyncListForCpu
                    ? RecordedEventKind.SyncForCpu
                    : RecordedEventKind.SyncForDevice;
                for (var i = 0; i < _event.DmaAddresses.Count; i++)
                {
                    Sync(kind, _event.DmaAddresses[i], _event.Sizes[i]);
                }

                break;
            case RecordedEventKind.Mark:
                _ready.Enqueue(
                    new ReplayStep(default, AddressCheck.None, 0, _event.Line, _event.Time)
                    {
                        Mark = _event.Text,
                    });
                break;
            case RecordedEventKind.Lost:
                _matcher.Forget();
                Dropped.Add("events lost by the recorder", Math.Max(1, _event.LostEvents));
                break;
            default:
                Dropped.Add(ReasonOf(_event.Kind));
                break;
        }
    }

    private static string ReasonOf(RecordedEventKind kind) => kind switch
    {
        RecordedEventKind.Allocate => "dma_alloc: memory of its own, not through swiotlb",
        RecordedEventKind.Free => "dma_free: memory of its own, not through swiotlb",
        _ => "dma_map_resource: no memory",
    };

    private int Map(ulong physical, ulong dma, ulong size)
    {
        var kind = _matcher.Claim(_event.Cpu, _event.Device, physical, dma);
        if (kind == AddressKind.Translated || IsElsewhere(kind, dma))
        {
            Dropped.Add(kind == AddressKind.Translated
                ? "mapping behind an IOMMU: not replayed"
                : "bounce outside of the pool: not replayed");
            kind = AddressKind.Translated;
            return _live.Add(new LiveMapping(_event.Device, dma, size, kind));
        }

        if (size is 0 or > MachineModel.LargestMapping || _event.IsNoDirection)
        {
            Dropped.Add("mapping of nothing, of more than 1 GiB or for no direction");
            return -1;
        }

        if (!_model.Memory.Find(physical, size, out var buffer, out var offset, out var at))
        {
            Dropped.Add("mapping of memory that cannot be declared");
            return -1;
        }

        if (kind == AddressKind.Failed)
        {
            var failed = _live.TakeHandle();
            Emit(MapOp(failed, buffer, offset, size), AddressCheck.Failed, dma);
            _live.GiveBack(failed);
            return -1;
        }

        var mapping = new LiveMapping(_event.Device, dma, size, kind);
        for (int old; (old = _live.FindOverlap(mapping)) >= 0;)
        {
            // Its end must have been lost, or was recorded too late by another CPU.
            End(old, AbiAttr.None);
            Dropped.Add("unmap that is missing: the address was given out again");
        }

        var handle = _live.Add(mapping);
        Emit(
            MapOp(handle, buffer, offset, size),
            kind == AddressKind.Bounced ? AddressCheck.Bounce : AddressCheck.Direct,
            kind == AddressKind.Bounced ? dma : at);
        return handle;
    }

    private bool IsElsewhere(AddressKind kind, ulong dma) =>
        kind == AddressKind.Bounced && _model.Pool?.Holds(dma) != true;

    private AbiOp MapOp(int handle, int buffer, ulong offset, ulong size) => new()
    {
        Kind = AbiOpKind.Map,
        Device = (uint)_event.Device,
        Mapping = (uint)handle,
        Buffer = (uint)buffer,
        Offset = offset,
        Size = size,
        Direction = _event.Direction,
        Attrs = _event.Attrs,
    };

    private void MapList()
    {
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
        Emit(MapOp(handle, buffer, offset, segment.Size), AddressCheck.None, 0);
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
            var failed = _live.TakeHandle();
            Emit(
                MapOp(failed, buffer, offset, tried[^1].Size),
                AddressCheck.Failed,
                AbiConstants.NoAddress);
            _live.GiveBack(failed);
        }

        foreach (var handle in handles)
        {
            End(handle, _event.Attrs | AbiAttr.SkipCpuSync);
        }
    }

    private void Unmap()
    {
        var handle = _live.Find(_event.Device, _event.DmaAddress);
        if (handle < 0)
        {
            UnmapEarlier();
            return;
        }

        End(handle, _event.Attrs);
    }

    private void UnmapEarlier()
    {
        if (!_earlier.Remove((_event.Device, _event.DmaAddress), out var slots))
        {
            Dropped.Add("unmap of what no recorded map made");
            return;
        }

        foreach (var handle in slots)
        {
            Emit(UnmapOp(handle, _event.Attrs), AddressCheck.None, 0);
            _live.GiveBack(handle);
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

    private void End(int handle, AbiAttr attrs)
    {
        if (_live[handle].Kind == AddressKind.Translated)
        {
            Dropped.Add("unmap behind an IOMMU: not replayed");
        }
        else
        {
            Emit(UnmapOp(handle, attrs), AddressCheck.None, 0);
        }

        _live.Remove(handle);
    }

    private static AbiOp UnmapOp(int handle, AbiAttr attrs) => new()
    {
        Kind = AbiOpKind.Unmap,
        Mapping = (uint)handle,
        Attrs = attrs,
    };

    private void Sync(RecordedEventKind kind, ulong address, ulong size)
    {
        var handle = _live.FindAround(_event.Device, address);
        if (handle < 0)
        {
            Dropped.Add("sync of what no recorded map made");
            return;
        }

        if (_live[handle].Kind == AddressKind.Translated)
        {
            Dropped.Add("sync behind an IOMMU: not replayed");
            return;
        }

        Emit(
            new AbiOp
            {
                Kind = kind == RecordedEventKind.SyncForCpu
                    ? AbiOpKind.SyncForCpu
                    : AbiOpKind.SyncForDevice,
                Mapping = (uint)handle,
                Offset = address - _live[handle].DmaAddress,
                Size = size,
            },
            AddressCheck.None,
            0);
    }

    private void Emit(AbiOp op, AddressCheck check, ulong recorded)
    {
        if (_clock == 0)
        {
            _clock = _event.Time;
        }

        if (_event.Time >= _clock + Millisecond)
        {
            var milliseconds = (_event.Time - _clock) / Millisecond;
            _clock += milliseconds * Millisecond;
            Enqueue(AbiOpKind.Time, Math.Min(milliseconds, LongestTime));
        }

        if (_event.Cpu != _cpu && (ulong)_event.Cpu < _model.Header.Machine.Cpus)
        {
            _cpu = _event.Cpu;
            Enqueue(AbiOpKind.Cpu, (ulong)_cpu);
        }

        Operations.Add(op.Kind switch
        {
            AbiOpKind.Map => "map",
            AbiOpKind.Unmap => "unmap",
            AbiOpKind.SyncForCpu => "sync_for_cpu",
            _ => "sync_for_device",
        });
        _ready.Enqueue(new ReplayStep(op, check, recorded, _event.Line, _event.Time));
    }

    private void Enqueue(AbiOpKind kind, ulong number)
    {
        Operations.Add(kind == AbiOpKind.Cpu ? "cpu" : "time");
        _ready.Enqueue(new ReplayStep(
            new AbiOp { Kind = kind, Arg = number },
            AddressCheck.None,
            0,
            _event.Line,
            _event.Time));
    }
}
