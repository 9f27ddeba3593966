// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;
using Dmadiff.Bindings;
using Dmadiff.Diff.Recordings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Generators;

/// <summary>Learns from the steps of a recording how its devices use the DMA API.</summary>
/// <param name="recording">The recording.</param>
public sealed class ProfileLearner(Recording recording)
{
    // What is rarer than the most frequent so many is left out of a profile.
    private const int MostValues = 64;

    // What is counted at all: a device with more different sizes has no favourites.
    private const int MostCounted = 1 << 16;
    private const ulong PageMask = 0xfff;

    private readonly Counts[] _devices =
        [.. recording.Devices.Select(_ => new Counts())];

    private readonly Dictionary<uint, (int Device, long MadeAt)> _live = [];
    private long _made;
    private ulong _cpu;

    /// <summary>Takes in a step.</summary>
    public void Take(in ReplayStep step)
    {
        var op = step.Op;
        if (step.Mark is not null || step.Line == 0)
        {
            // A prologue is not the device's doing, but it leaves the machine on a CPU.
            _cpu = step.Mark is null && op.Kind == AbiOpKind.Cpu ? op.Arg : _cpu;
            return;
        }

        switch (op.Kind)
        {
            case AbiOpKind.Cpu:
                _cpu = op.Arg;
                break;
            case AbiOpKind.Map:
                _made++;
                var device = _devices[op.Device];
                device.Mappings++;
                Count(device.Sizes, op.Size);
                Count(device.Offsets, op.Offset & PageMask);
                Count(device.Directions, (ulong)op.Direction);
                Count(device.Cpus, _cpu);
                _live[op.Mapping] = ((int)op.Device, _made);
                break;
            case AbiOpKind.Unmap when _live.Remove(op.Mapping, out var life):
                var age = (ulong)Math.Max(1, _made - life.MadeAt);
                Count(_devices[life.Device].Lifetimes, BitOperations.RoundUpToPowerOf2(age));
                break;
            case AbiOpKind.SyncForCpu or AbiOpKind.SyncForDevice
                when _live.TryGetValue(op.Mapping, out var synced):
                _devices[synced.Device].Syncs++;
                break;
        }
    }

    /// <summary>What was learnt.</summary>
    /// <exception cref="GeneratorProfileException">There is nothing to learn from: no mapping
    /// could be replayed.</exception>
    public GeneratorProfile Learn()
    {
        foreach (var (device, madeAt) in _live.Values)
        {
            var age = (ulong)Math.Max(1, _made - madeAt);
            Count(_devices[device].Lifetimes, BitOperations.RoundUpToPowerOf2(age));
        }

        _live.Clear();
        var devices = _devices.Index().Where(d => d.Item.Mappings > 0)
            .Select(d => Profile(d.Index, d.Item)).ToList();
        return devices.Count == 0
            ? throw new GeneratorProfileException(
                $"{recording.Path}: no profile: it has no mapping that can be replayed")
            : new GeneratorProfile
            {
                Version = GeneratorProfile.CurrentVersion,
                Cpus = (int)recording.Header.Machine.Cpus,
                IsForced = recording.Header.Cmdline.EndsWith(",force", StringComparison.Ordinal),
                Devices = devices,
            };
    }

    private DeviceProfile Profile(int number, Counts counts)
    {
        DeviceDeclaration device = recording.Header.Devices[number];
        return new DeviceProfile
        {
            Name = recording.Devices[number].RecordedName,
            MaskBits = (int)device.MaskBits,
            MinAlignMask = device.MinAlignMask,
            Mappings = counts.Mappings,
            Syncs = counts.Syncs,
            Sizes = Most(counts.Sizes),
            Offsets = Most(counts.Offsets),
            Lifetimes = Most(counts.Lifetimes),
            Directions = Most(counts.Directions),
            Cpus = Most(counts.Cpus),
        };
    }

    private static void Count(Dictionary<ulong, long> counts, ulong value)
    {
        if (counts.TryGetValue(value, out var count) || counts.Count < MostCounted)
        {
            counts[value] = count + 1;
        }
    }

    private static List<WeightedValue> Most(Dictionary<ulong, long> counts) =>
    [
        .. counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key).Take(MostValues)
            .OrderBy(c => c.Key)
            .Select(c => new WeightedValue(c.Key, c.Value)),
    ];

    private sealed class Counts
    {
        public long Mappings { get; set; }

        public long Syncs { get; set; }

        public Dictionary<ulong, long> Sizes { get; } = [];

        public Dictionary<ulong, long> Offsets { get; } = [];

        public Dictionary<ulong, long> Lifetimes { get; } = [];

        public Dictionary<ulong, long> Directions { get; } = [];

        public Dictionary<ulong, long> Cpus { get; } = [];
    }
}
