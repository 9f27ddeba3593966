// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Recordings;

/// <summary>What the user knows of the recorded machine, beyond the recording.</summary>
/// <param name="Pool">Base and size of swiotlb's pool, as the kernel logged it at boot.</param>
/// <param name="MinAlign">Alignment masks by the names of devices.</param>
public sealed record MachineKnowledge(
    (ulong Base, ulong Bytes)? Pool, IReadOnlyDictionary<string, ulong> MinAlign)
{
    /// <summary>Nothing.</summary>
    public static MachineKnowledge Nothing { get; } =
        new(null, new Dictionary<string, ulong>(StringComparer.Ordinal));
}

/// <summary>A device of a recording, as it is declared.</summary>
/// <param name="RecordedName">What the recorded kernel calls it.</param>
/// <param name="Name">What the trace calls it.</param>
/// <param name="MinAlignMask">Address bits that its bounces keep.</param>
/// <param name="Direct">Segments that needed no bounce.</param>
/// <param name="Bounced">Segments bounced.</param>
/// <param name="Translated">Mappings and allocations behind an IOMMU.</param>
/// <param name="Iommu">How it stands behind one.</param>
public sealed record RecordedDevice(
    string RecordedName,
    string Name,
    ulong MinAlignMask,
    long Direct,
    long Bounced,
    long Translated,
    AbiIommuMode Iommu);

/// <summary>
/// The machine that stands for the recorded one: its pool, its devices, and its memory, of
/// which only what was mapped is declared.
/// </summary>
internal sealed class MachineModel
{
    /// <summary>Largest mapping that is replayed: 1 GiB.</summary>
    public const ulong LargestMapping = 1UL << 30;

    private const ulong Slot = 2048;

    // What a device has that says nothing else.
    private const ulong DefaultSegment = 64 << 10;

    private MachineModel(
        Trace header,
        RecordedPool? pool,
        IReadOnlyList<RecordedDevice> devices,
        MemoryLayout memory,
        PoolPrologue? prologue)
    {
        Prologue = prologue;
        Header = header;
        Pool = pool;
        Devices = devices;
        Memory = memory;
    }

    /// <summary>The declarations; it has no operations.</summary>
    public Trace Header { get; }

    /// <summary>The pool of the recorded kernel; null when nothing was bounced.</summary>
    public RecordedPool? Pool { get; }

    /// <summary>The devices, by the reader's numbers.</summary>
    public IReadOnlyList<RecordedDevice> Devices { get; }

    /// <summary>Where physical memory of the recorded machine is here.</summary>
    public MemoryLayout Memory { get; }

    /// <summary>What brings the pool to where the recording found it; null when a fresh one
    /// does. Its device comes behind the others; it uses spare memory.</summary>
    public PoolPrologue? Prologue { get; }

    /// <summary>Makes it.</summary>
    public static MachineModel Of(RecordingSurvey survey, MachineKnowledge knowledge)
    {
        foreach (var earlier in survey.Earlier)
        {
            if (survey.AnyBounce && !survey.Pages.Contains(earlier.DmaAddress)
                && survey.Devices[earlier.Device].Translated == 0)
            {
                survey.Pool.BounceBefore(earlier.DmaAddress, earlier.Size);
            }
        }

        var pool = survey.Pool.Find(survey.Cpus, knowledge.Pool, survey.IsWhole);
        var bytes = pool?.Bytes ?? PoolEvidence.DefaultBytes;
        var memory = new MemoryLayout(
            survey.Pages, pool?.Base ?? 0, bytes, survey.LargestAllocation);
        var devices = Enumerable.Range(0, survey.Reader.Devices.Count)
            .Select(i => Device(survey, knowledge, i))
            .ToList();
        var prologue = pool is null
            ? null
            : new PoolPrologue(
                pool, survey.Cpus, survey.Earlier, survey.Pool.First, survey.IsWhole);
        prologue = prologue?.IsNeeded == true ? prologue : null;
        var declared = devices.Select((d, i) => Declare(d, survey.Devices[i])).ToList();
        var buffers = memory.Buffers.ToList();
        if (prologue is not null)
        {
            declared.Add(new DeviceDeclaration("before") { MaskBits = 64 });
        }

        if (prologue is not null || survey.LargestAllocation > 0)
        {
            buffers.Add(memory.Spare);
        }

        var header = new Trace
        {
            Machine = new MachineDeclaration
            {
                MemoryBytes = memory.Bytes,
                Cpus = (ulong)Math.Min(survey.Cpus, 128),
            },
            Cmdline = Cmdline(survey, pool),
            Pools = ValueList.From(memory.Hole),
            Devices = ValueList.From(declared),
            Buffers = ValueList.From(buffers),
        };
        return new MachineModel(header, pool, devices, memory, prologue);
    }

    private static string Cmdline(RecordingSurvey survey, RecordedPool? pool) => pool is null
        ? ""
        : $"swiotlb={pool.Bytes / Slot},{pool.Areas}{(survey.IsForced ? ",force" : "")}";

    private static RecordedDevice Device(
        RecordingSurvey survey, MachineKnowledge knowledge, int number)
    {
        var name = survey.Reader.Devices.Name(number);
        var evidence = survey.Devices[number];
        return new RecordedDevice(
            name,
            $"d{number}",
            knowledge.MinAlign.TryGetValue(name, out var mask) ? mask : evidence.MinAlignMask(),
            evidence.Direct,
            evidence.Bounced,
            evidence.Translated,
            evidence.Translated > 0 && evidence.Bounced == 0
                ? survey.Iommu.Mode
                : AbiIommuMode.None);
    }

    private static DeviceDeclaration Declare(RecordedDevice device, DeviceEvidence evidence) =>
        new(device.Name)
        {
            MaskBits = (ulong)Math.Max(1, 64 - BitOperations.LeadingZeroCount(evidence.DmaMask)),
            MinAlignMask = device.MinAlignMask,
            MaxSegmentBytes = evidence.LongestSegment > DefaultSegment
                ? uint.MaxValue
                : DefaultSegment,
            Iommu = new IommuDeclaration
            {
                Mode = device.Iommu,
                IsPci = device.Iommu != AbiIommuMode.None && IsPci(device.RecordedName),
            },
        };

    // "0000:00:02.0": domain, bus, device, function.
    private static bool IsPci(string name) =>
        name.Split(':', '.') is [{ Length: >= 4 }, { Length: 2 }, { Length: 2 }, { Length: 1 }]
        && name.All(c => char.IsAsciiHexDigitLower(c) || c is ':' or '.');
}
