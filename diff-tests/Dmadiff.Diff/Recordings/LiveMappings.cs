// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Recordings;

/// <summary>A mapping that is live at some point of a recording.</summary>
/// <param name="Device">Number of its device.</param>
/// <param name="DmaAddress">Its address.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Kind">How the address came about.</param>
internal readonly record struct LiveMapping(
    int Device, ulong DmaAddress, ulong Size, AddressKind Kind)
{
    /// <summary>Number of the scatterlist that it is one with, or -1.</summary>
    public int List { get; init; } = -1;
}

/// <summary>A handle, and how often it had been given out: what stands for one mapping also when
/// its handle is another's by now.</summary>
/// <param name="Handle">The handle.</param>
/// <param name="Serial">The serial number.</param>
internal readonly record struct MappingTicket(int Handle, int Serial);

/// <summary>
/// What is mapped, by device and address. An address that is not the physical one belongs to
/// one mapping at a time; a physical one may be mapped many times over. Handles of ended mappings
/// are used again, so that tables stay small however long a recording is.
/// </summary>
internal sealed class LiveMappings
{
    private const int None = -1;

    // Addresses are looked up by the slots that they lie in.
    private const int GrainShift = 11;

    // Of what is larger not every slot is kept; nobody looks inside of it by chance.
    private const ulong MostGrains = 512;

    private readonly Dictionary<(int Device, ulong Address), int> _byStart = [];
    private readonly Dictionary<(int Device, ulong Grain), int> _byGrain = [];
    private readonly Stack<int> _free = new();
    private LiveMapping[] _mappings = new LiveMapping[64];
    private int[] _next = new int[64];
    private int[] _serial = new int[64];
    private bool[] _isLive = new bool[64];
    private int _used;

    /// <summary>How many are live.</summary>
    public int Count => _used - _free.Count;

    /// <summary>The mapping with a handle.</summary>
    public LiveMapping this[int handle] => _mappings[handle];

    /// <summary>Adds one.</summary>
    /// <returns>Its handle.</returns>
    public int Add(LiveMapping mapping)
    {
        var handle = TakeHandle();
        _mappings[handle] = mapping;
        _serial[handle]++;
        _isLive[handle] = true;
        var key = (mapping.Device, mapping.DmaAddress);
        _next[handle] = _byStart.TryGetValue(key, out var same) ? same : None;
        _byStart[key] = handle;
        var (first, end) = Grains(mapping);
        for (var grain = first; grain < end; grain++)
        {
            _byGrain[(Owner(mapping), grain)] = handle;
        }

        return handle;
    }

    /// <summary>A handle without an address: of a mapping that failed, but is still to be
    /// tried. It must be given back.</summary>
    public int TakeHandle() => _free.Count > 0 ? _free.Pop() : NewHandle();

    /// <summary>Gives such a handle back.</summary>
    public void GiveBack(int handle) => _free.Push(handle);

    /// <summary>What stands for a live mapping.</summary>
    public MappingTicket Ticket(int handle) => new(handle, _serial[handle]);

    /// <summary>Whether that mapping is still live.</summary>
    public bool IsLive(MappingTicket ticket) =>
        _isLive[ticket.Handle] && _serial[ticket.Handle] == ticket.Serial;

    /// <summary>The mapping that starts at an address, the latest if there are several; or -1.
    /// </summary>
    public int Find(int device, ulong address) =>
        _byStart.TryGetValue((device, address), out var handle) ? handle : None;

    /// <summary>The mapping that an address lies in, or -1.</summary>
    public int FindAround(int device, ulong address)
    {
        var exact = Find(device, address);
        if (exact != None)
        {
            return exact;
        }

        return Inside(device, address) is var own && own != None
            ? own
            : Inside(Shared, address);
    }

    /// <summary>A mapping that cannot be live any more when a new one is as given, or -1.
    /// </summary>
    public int FindOverlap(LiveMapping mapping)
    {
        if (mapping.Kind is AddressKind.Direct)
        {
            return None;
        }

        var (first, end) = Grains(mapping);
        for (var grain = first; grain < end; grain++)
        {
            if (_byGrain.TryGetValue((Owner(mapping), grain), out var handle))
            {
                return handle;
            }
        }

        return None;
    }

    /// <summary>Removes a live mapping.</summary>
    public void Remove(int handle)
    {
        var mapping = _mappings[handle];
        var key = (mapping.Device, mapping.DmaAddress);
        var at = _byStart[key];
        if (at == handle)
        {
            if (_next[handle] == None)
            {
                _byStart.Remove(key);
            }
            else
            {
                _byStart[key] = _next[handle];
            }
        }
        else
        {
            while (_next[at] != handle)
            {
                at = _next[at];
            }

            _next[at] = _next[handle];
        }

        var (first, end) = Grains(mapping);
        for (var grain = first; grain < end; grain++)
        {
            if (_byGrain.TryGetValue((Owner(mapping), grain), out var last) && last == handle)
            {
                _byGrain.Remove((Owner(mapping), grain));
            }
        }

        _isLive[handle] = false;
        _free.Push(handle);
    }

    // All devices share swiotlb's pool.
    private const int Shared = -1;

    private static int Owner(in LiveMapping mapping) =>
        mapping.Kind == AddressKind.Bounced ? Shared : mapping.Device;

    private int Inside(int owner, ulong address) =>
        _byGrain.TryGetValue((owner, address >> GrainShift), out var handle)
        && address - _mappings[handle].DmaAddress < _mappings[handle].Size
            ? handle
            : None;

    private static (ulong First, ulong End) Grains(in LiveMapping mapping)
    {
        var first = mapping.DmaAddress >> GrainShift;
        var end = ((mapping.DmaAddress + Math.Max(mapping.Size, 1) - 1) >> GrainShift) + 1;
        return (first, Math.Min(end, first + MostGrains));
    }

    private int NewHandle()
    {
        if (_used == _mappings.Length)
        {
            Array.Resize(ref _mappings, 2 * _used);
            Array.Resize(ref _next, 2 * _used);
            Array.Resize(ref _serial, 2 * _used);
            Array.Resize(ref _isLive, 2 * _used);
        }

        return _used++;
    }
}
