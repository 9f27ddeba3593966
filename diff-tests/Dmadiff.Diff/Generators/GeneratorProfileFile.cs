// SPDX-License-Identifier: GPL-2.0-only
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dmadiff.Diff.Generators;

/// <summary>A profile that cannot be used. The message says where and why.</summary>
public sealed class GeneratorProfileException : Exception
{
    /// <summary>Creates it with a message for the user.</summary>
    public GeneratorProfileException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with a message and its cause.</summary>
    public GeneratorProfileException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Creates it.</summary>
    public GeneratorProfileException()
    {
    }
}

/// <summary>Profiles as JSON.</summary>
public static class GeneratorProfileFile
{
    private const int MostDevices = 256;
    private const ulong LargestMapping = 1UL << 30;
    private const long LargestCount = 1L << 40;

    /// <summary>Writes one.</summary>
    public static string Print(GeneratorProfile profile) =>
        JsonSerializer.Serialize(profile, ProfileJson.Default.GeneratorProfile) + "\n";

    /// <summary>Reads one.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="file">What messages call it.</param>
    /// <exception cref="GeneratorProfileException">It is no profile.</exception>
    public static GeneratorProfile Parse(string text, string file)
    {
        GeneratorProfile? profile;
        try
        {
            profile = JsonSerializer.Deserialize(text, ProfileJson.Default.GeneratorProfile);
        }
        catch (JsonException e)
        {
            var place = e.LineNumber is { } line ? $"{file}:{line + 1}" : file;
            var path = e.Path is { Length: > 0 } at and not "$" ? $" at {at}" : "";
            throw new GeneratorProfileException(
                $"{place}: no generator profile{path}: {Reason(e)}", e);
        }

        Check(profile ?? throw new GeneratorProfileException($"{file}: it is null"), file);
        return profile;
    }

    // The library repeats path and position, and names types that mean nothing to the user.
    private static string Reason(JsonException e)
    {
        var end = e.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        var text = end < 0 ? e.Message : e.Message[..end];
        var type = text.IndexOf("'Dmadiff.", StringComparison.Ordinal);
        return type < 0 ? text : text.Replace("'Dmadiff.Diff.Generators.", "'");
    }

    private static void Check(GeneratorProfile profile, string file)
    {
        void Require(bool holds, string where, string what)
        {
            if (!holds)
            {
                throw new GeneratorProfileException($"{file}: {where} {what}");
            }
        }

        void RequireWeights(IReadOnlyList<WeightedValue>? values, string where, ulong low, ulong high)
        {
            Require(values is { Count: > 0 }, where, "must have at least one entry");
            for (var i = 0; i < values!.Count; i++)
            {
                Require(values[i] is not null, $"{where}[{i}]", "is null");
                Require(
                    values[i].Value >= low && values[i].Value <= high,
                    $"{where}[{i}].value",
                    $"is out of range: {values[i].Value}, must be {low} to {high}");
                Require(
                    values[i].Count is > 0 and <= LargestCount,
                    $"{where}[{i}].count",
                    $"is out of range: {values[i].Count}, must be 1 to {LargestCount}");
            }
        }

        Require(
            profile.Version == GeneratorProfile.CurrentVersion,
            "version",
            $"is {profile.Version}; this program reads {GeneratorProfile.CurrentVersion}");
        Require(profile.Cpus is >= 1 and <= 128, "cpus", "is out of range, must be 1 to 128");
        Require(
            profile.Devices is { Count: > 0 and <= MostDevices },
            "devices",
            $"must have 1 to {MostDevices} entries");
        for (var i = 0; i < profile.Devices.Count; i++)
        {
            var where = $"devices[{i}]";
            var device = profile.Devices[i];
            Require(device is not null, where, "is null");
            Require(device!.MaskBits is >= 1 and <= 64, $"{where}.maskBits", "must be 1 to 64");
            Require(
                (device.MinAlignMask & (device.MinAlignMask + 1)) == 0
                    && device.MinAlignMask <= 0x7fffffff,
                $"{where}.minAlignMask",
                "must be a power of two minus one, at most 0x7fffffff");
            Require(
                device.Mappings is > 0 and <= LargestCount,
                $"{where}.mappings",
                $"must be 1 to {LargestCount}");
            Require(
                device.Syncs is >= 0 and <= LargestCount,
                $"{where}.syncs",
                $"must be 0 to {LargestCount}");
            RequireWeights(device.Sizes, $"{where}.sizes", 1, LargestMapping);
            RequireWeights(device.Offsets, $"{where}.offsets", 0, 4095);
            RequireWeights(device.Lifetimes, $"{where}.lifetimes", 1, 1UL << 40);
            RequireWeights(device.Directions, $"{where}.directions", 0, 2);
            RequireWeights(device.Cpus, $"{where}.cpus", 0, (ulong)profile.Cpus - 1);
        }
    }
}

/// <summary>How profiles are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    WriteIndented = true)]
[JsonSerializable(typeof(GeneratorProfile))]
internal sealed partial class ProfileJson : JsonSerializerContext;
