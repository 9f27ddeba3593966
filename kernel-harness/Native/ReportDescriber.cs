// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Dmadiff.Bindings;

namespace Dmadiff.KernelHarness.Native;

/// <summary>Puts a sanitizer's report into words that are the same on every run.</summary>
/// <param name="places">Knows the library that was running.</param>
internal sealed partial class ReportDescriber(Symboliser places)
{
    private readonly Dictionary<ulong, CodeLocation?> _places = [];

    /// <summary>The report as a finding.</summary>
    /// <param name="report">What the process told.</param>
    /// <param name="step">The step it happened in.</param>
    public CrashReport Describe(in AbiReport report, int step) => new(
        AbiCrashKind.Sanitizer,
        step,
        Where(report),
        report.AccessBytes > 0 ? Access(report) : "undefined behaviour: " + Words(report));

    /// <summary>
    /// Of the calls that led there, the innermost in one of the kernel's .c files: a copy
    /// routine is not to blame for what it is given.
    /// </summary>
    private string Where(in AbiReport report)
    {
        ReadOnlySpan<byte> bytes = report.Frames;
        CodeLocation? first = null;
        foreach (ulong offset in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            if (offset == 0 || Find(offset) is not { } place)
            {
                break;
            }

            if (Symboliser.IsUnderTest(place))
            {
                return place.ToString();
            }

            first ??= place;
        }

        return first?.ToString() ?? CrashDescriber.Outside;
    }

    private string Access(in AbiReport report)
    {
        string access = (report.IsWrite != 0 ? "write" : "read")
            + $" of {Bytes(report.AccessBytes)}";
        if (report.Object == AbiObjectKind.Unknown)
        {
            return $"{access}: {Words(report)}";
        }

        string memory = (report.IsFreed != 0 ? "freed " : string.Empty) + Memory(report);
        string history = By(report.AllocatedAt, "allocated")
            + (report.IsFreed != 0 ? By(report.FreedAt, "freed") : string.Empty);
        long beyond = report.Position - (long)report.ObjectBytes;
        string position = report.Position < 0
            ? $"{Bytes((ulong)-report.Position)} before the start of {memory}"
            : beyond >= 0
                ? $"{Bytes((ulong)beyond)} past the end of {memory}"
                : $"at byte {report.Position} of {memory}";
        return $"{access}, {position}{history}";
    }

    private static string Memory(in AbiReport report)
    {
        string bytes = Bytes(report.ObjectBytes);
        return report.Object switch
        {
            AbiObjectKind.Slab => $"object of {bytes}",
            AbiObjectKind.Pages => $"pages, {bytes},",
            AbiObjectKind.Percpu => $"per-CPU object of {bytes}",
            AbiObjectKind.Memblock => $"boot memory, {bytes},",
            _ => $"reserved memory, {bytes}",
        };
    }

    private string By(ulong offset, string what) =>
        offset != 0 && Find(offset) is { } place ? $" {what} in {place.Function}()" : string.Empty;

    private static string Words(in AbiReport report)
    {
        string words = HostAddress().Replace(report.Message.ToString(), "an address");
        return words.Length > 0 ? char.ToLowerInvariant(words[0]) + words[1..] : "no words";
    }

    private static string Bytes(ulong count) =>
        count.ToString(CultureInfo.InvariantCulture) + (count == 1 ? " byte" : " bytes");

    private CodeLocation? Find(ulong offset)
    {
        if (!_places.TryGetValue(offset, out CodeLocation? place))
        {
            place = places.Find(offset);
            _places.Add(offset, place);
        }

        return place;
    }

    [GeneratedRegex("(address )?0x[0-9a-f]{6,}", RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex HostAddress();
}
