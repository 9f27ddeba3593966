// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Generators;

/// <summary>A value, and how often it was met.</summary>
/// <param name="Value">The value.</param>
/// <param name="Count">How often, at least 1.</param>
public sealed record WeightedValue(ulong Value, long Count);

/// <summary>How a device's mappings are used, as it was learnt from a recording.</summary>
public sealed record DeviceProfile
{
    /// <summary>What the recorded kernel calls it.</summary>
    public required string Name { get; init; }

    /// <summary>Width of its DMA mask in bits, 1 to 64.</summary>
    public required int MaskBits { get; init; }

    /// <summary>Address bits that its bounces keep, 0 or 2^n - 1.</summary>
    public required ulong MinAlignMask { get; init; }

    /// <summary>Mappings that were made.</summary>
    public required long Mappings { get; init; }

    /// <summary>Syncs of them.</summary>
    public required long Syncs { get; init; }

    /// <summary>Bytes of a mapping.</summary>
    public required IReadOnlyList<WeightedValue> Sizes { get; init; }

    /// <summary>Where in its page a mapping starts.</summary>
    public required IReadOnlyList<WeightedValue> Offsets { get; init; }

    /// <summary>How many mappings of all devices are made in the life of one, rounded up to
    /// a power of two.</summary>
    public required IReadOnlyList<WeightedValue> Lifetimes { get; init; }

    /// <summary>0 is bidirectional, 1 to the device, 2 from the device.</summary>
    public required IReadOnlyList<WeightedValue> Directions { get; init; }

    /// <summary>The CPU that makes them.</summary>
    public required IReadOnlyList<WeightedValue> Cpus { get; init; }
}

/// <summary>What fuzzing can start from instead of chance: how the devices of a real machine
/// use the DMA API.</summary>
public sealed record GeneratorProfile
{
    /// <summary>The version of the file format.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The version that it is written in.</summary>
    public required int Version { get; init; }

    /// <summary>CPUs of the machine, 1 to 128.</summary>
    public required int Cpus { get; init; }

    /// <summary>Everything was bounced by order.</summary>
    public required bool IsForced { get; init; }

    /// <summary>Its devices; at least one.</summary>
    public required IReadOnlyList<DeviceProfile> Devices { get; init; }
}
