// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;

namespace Dmadiff.Diff.Validation;

/// <summary>What a kernel did with the exercises.</summary>
/// <param name="Traces">One for each exercise, in their order; null for one that it was not
/// given.</param>
/// <param name="Counters">How often its branches were taken, in all; empty when they are not
/// counted.</param>
/// <param name="LeftOut">Exercises that it was not given, as it hung too often.</param>
public sealed record KernelRecord(
    IReadOnlyList<TraceRecord?> Traces, IReadOnlyList<ulong> Counters, int LeftOut = 0)
{
    private const int HeadLines = 2;

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static KernelRecord Read(string path)
    {
        var lines = File.ReadAllLines(path);
        return new KernelRecord(
            [.. lines.Skip(HeadLines).Select(TraceRecord.Read)],
            [
                .. lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(n => ulong.Parse(n, CultureInfo.InvariantCulture)),
            ],
            int.Parse(lines[0], CultureInfo.InvariantCulture));
    }

    /// <summary>Writes it to a file: what was left out, the counters, and a line for each
    /// exercise.</summary>
    public void Write(string path) => File.WriteAllLines(
        path,
        [
            LeftOut.ToString(CultureInfo.InvariantCulture),
            string.Join(' ', Counters),
            .. Traces.Select(TraceRecord.Write),
        ]);
}
