// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;

namespace Dmadiff.Diff.Validation;

/// <summary>What a kernel did with the exercises.</summary>
/// <param name="Traces">One for each exercise, in their order; null for one that it was not
/// given.</param>
/// <param name="Counters">How often its branches were taken, in all; empty when they are not
/// counted.</param>
public sealed record KernelRecord(
    IReadOnlyList<TraceRecord?> Traces, IReadOnlyList<ulong> Counters)
{
    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static KernelRecord Read(string path)
    {
        var lines = File.ReadAllLines(path);
        return new KernelRecord(
            [.. lines.Skip(1).Select(TraceRecord.Read)],
            [
                .. lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(n => ulong.Parse(n, CultureInfo.InvariantCulture)),
            ]);
    }

    /// <summary>Writes it to a file: the counters, and a line for each exercise.</summary>
    public void Write(string path) => File.WriteAllLines(
        path, Traces.Select(TraceRecord.Write).Prepend(string.Join(' ', Counters)));
}
