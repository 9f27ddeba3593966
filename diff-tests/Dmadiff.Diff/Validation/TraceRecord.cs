// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;

namespace Dmadiff.Diff.Validation;

/// <summary>What a kernel did with a sequence, as far as another kernel is compared with it.
/// </summary>
/// <param name="Digest">Of all that drivers and devices can see.</param>
/// <param name="Defects">What is wrong, each once.</param>
public sealed record TraceRecord(ulong Digest, IReadOnlyList<Defect> Defects)
{
    private const string NotRun = "-";

    /// <summary>Whether the machine died, so that the rest of the sequence was not run.</summary>
    public bool Crashed => Defects.Any(d => d.IsCrash);

    /// <summary>Whether it got into a loop that does not end.</summary>
    public bool Hangs => Defects.Any(d => d.Kind == DefectKind.Hang);

    /// <summary>Whether it shows a defect.</summary>
    public bool Has(Defect defect) => Defects.Contains(defect);

    /// <summary>Reads a line; null for a sequence that the kernel was not given.</summary>
    internal static TraceRecord? Read(string line)
    {
        var words = line.Split('\t');
        return words[0] == NotRun
            ? null
            : new TraceRecord(
                ulong.Parse(words[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                [.. words.Skip(1).Select(Defect.Read)]);
    }

    /// <summary>The record as a line.</summary>
    internal static string Write(TraceRecord? record) => record is null
        ? NotRun
        : string.Join(
            '\t', record.Defects.Select(d => d.Write()).Prepend($"{record.Digest:x16}"));
}
