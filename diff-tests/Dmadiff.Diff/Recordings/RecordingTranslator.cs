// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Recordings;

/// <summary>The second reading of a recording: every event becomes the operations that a driver
/// called, or is counted by the reason why it cannot.</summary>
internal sealed partial class RecordingTranslator
{
    // Engines have room for 65536.
    private const int MostLive = 65_000;
    private readonly EventReader _reader;
    private readonly MachineModel _model;
    private readonly BounceMatcher _matcher = new();
    private readonly LiveMappings _live = new();
    private readonly LiveLists _lists = new();
    private readonly Dictionary<(int Device, ulong Address), int[]> _earlier = [];
    private readonly StepOutput _output;
    private readonly IommuTranslator _iommu;
    private long _unclaimed;
    private RecordedEvent _event = new();

    /// <summary>Starts at the beginning.</summary>
    /// <param name="stream">The text, the same that was surveyed.</param>
    /// <param name="model">The machine.</param>
    /// <param name="clock">When its timer ticked.</param>
    public RecordingTranslator(Stream stream, MachineModel model, RecordedClock clock)
    {
        _reader = new EventReader(stream);
        _model = model;
        _output = new StepOutput(model.Header.Machine.Cpus, clock);
        _iommu = new IommuTranslator(model, _live, _lists, _output);
        if (model.Prologue is { } prologue)
        {
            _output.Cpu = prologue.Write(
                model.Devices.Count,
                model.Memory.Buffers.Count,
                _live,
                _earlier,
                _output.Ready);
            PrologueOperations = _output.Ready.Count;
        }
    }

    /// <summary>Bytes read.</summary>
    public long Bytes => _reader.Bytes;

    /// <summary>Operations by kind.</summary>
    public RecordingTally Operations => _output.Operations;

    /// <summary>What did not become an operation, by reason.</summary>
    public RecordingTally Dropped => _output.Dropped;

    /// <summary>Operations in front that bring the pool to where the recording found it.
    /// </summary>
    public int PrologueOperations { get; }

    /// <summary>Mappings that are live at the end.</summary>
    public int LiveAtEnd => _live.Count;

    /// <summary>The next step.</summary>
    /// <returns>False at the end of the recording.</returns>
    public bool Next(out ReplayStep step)
    {
        while (!_output.Ready.TryDequeue(out step))
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
                _matcher.Translations.Add(_event);
                Dropped.Add("iommu map: part of a mapping");
                break;
            case RecordedEventKind.IommuUnmap:
                Dropped.Add("iommu unmap: part of an unmap");
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
                _output.Ready.Enqueue(
                    new ReplayStep(default, AddressCheck.None, 0, _event.Line, _event.Time)
                    {
                        Mark = _event.Text,
                    });
                break;
            case RecordedEventKind.Lost:
                _matcher.Forget();
                Dropped.Add("events lost by the recorder", Math.Max(1, _event.LostEvents));
                break;
            case RecordedEventKind.Allocate
                when _matcher.Translations.Holds(_event.Cpu, _event.DmaAddress) && IsBehindIommu:
                _iommu.Allocate(_event, _matcher.Translations);
                break;
            case RecordedEventKind.Free when IsBehindIommu:
                Unmap();
                break;
            default:
                Dropped.Add(ReasonOf(_event.Kind));
                break;
        }
    }

    private bool IsBehindIommu => IsReplayed(_event.Device);

    private bool IsReplayed(int device) =>
        _model.Devices[device].Iommu != AbiIommuMode.None;

    private static string ReasonOf(RecordedEventKind kind) => kind switch
    {
        RecordedEventKind.Allocate => "dma_alloc: memory of its own, not through swiotlb",
        RecordedEventKind.Free => "dma_free: memory of its own, not through swiotlb",
        _ => "dma_map_resource: no memory",
    };

    private int Map(ulong physical, ulong dma, ulong size)
    {
        var kind = _matcher.Claim(_event.Cpu, _event.Device, physical, dma);
        _matcher.Translations.Claim(_event.Cpu, dma, size);
        if ((kind == AddressKind.Translated && !IsBehindIommu) || IsElsewhere(kind, dma))
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
            Fail(MapOp(_live.TakeHandle(), buffer, offset, size));
            return -1;
        }

        var mapping = new LiveMapping(_event.Device, dma, size, kind);
        for (int old; (old = _live.FindOverlap(mapping)) >= 0;)
        {
            // Its end must have been lost, or was recorded too late by another CPU.
            End(old, AbiAttr.None);
            Dropped.Add("unmap that is missing: the address was given out again");
        }

        if (_live.Count >= MostLive)
        {
            Dropped.Add($"mapping besides {MostLive} that are live");
            return -1;
        }

        var handle = _live.Add(mapping);
        var check = kind switch
        {
            AddressKind.Bounced => AddressCheck.Bounce,
            AddressKind.Translated => AddressCheck.Iova,
            _ => AddressCheck.Direct,
        };
        _output.Emit(
            _event,
            MapOp(handle, buffer, offset, size),
            check,
            check == AddressCheck.Direct ? at : dma);
        return handle;
    }

    // Where it does not fail again, it must not stay either.
    private void Fail(AbiOp op)
    {
        _output.Emit(_event, op, AddressCheck.Failed, AbiConstants.NoAddress);
        _output.Emit(_event, UnmapOp((int)op.Mapping, AbiAttr.None), AddressCheck.None, 0);
        _live.GiveBack((int)op.Mapping);
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
            _output.Emit(_event, UnmapOp(handle, _event.Attrs), AddressCheck.None, 0);
            _live.GiveBack(handle);
        }
    }

    private void End(int handle, AbiAttr attrs)
    {
        var mapping = _live[handle];
        if (mapping.Kind == AddressKind.Translated && !IsReplayed(mapping.Device))
        {
            Dropped.Add("unmap behind an IOMMU: not replayed");
        }
        else if (mapping.Kind == AddressKind.Translated)
        {
            _iommu.End(_event, handle, mapping, attrs);
        }
        else
        {
            _output.Emit(_event, UnmapOp(handle, attrs), AddressCheck.None, 0);
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

        if (_live[handle].Kind == AddressKind.Translated
            && (!IsBehindIommu || _live[handle].List >= 0))
        {
            Dropped.Add("sync of a list behind an IOMMU: not replayed");
            return;
        }

        _output.Emit(
            _event,
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
}
