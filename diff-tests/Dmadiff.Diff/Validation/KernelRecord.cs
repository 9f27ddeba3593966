// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Validation;

/// <summary>What a kernel did with the exercises, in their order; null for one that it was not
/// given.</summary>
/// <param name="Traces">One for each exercise.</param>
public sealed record KernelRecord(IReadOnlyList<TraceRecord?> Traces)
{
    /// <summary>All defects it shows with exercises that meet a condition, each once, in the
    /// order found.</summary>
    public IEnumerable<Defect> Defects(Func<int, bool> counts) => Traces.Index()
        .Where(t => t.Item is not null && counts(t.Index))
        .SelectMany(t => t.Item!.Defects)
        .Distinct();

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static KernelRecord Read(string path) =>
        new([.. File.ReadLines(path).Select(TraceRecord.Read)]);

    /// <summary>Writes it to a file, a line for each exercise.</summary>
    public void Write(string path) => File.WriteAllLines(path, Traces.Select(TraceRecord.Write));
}
