// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Recordings;

/// <summary>Counts events by the name of the task that they happened in, without its number.
/// </summary>
internal sealed class TaskTally
{
    private readonly NameTable _names = new() { Most = 256 };
    private readonly List<long> _counts = [];
    private long _others;

    /// <summary>Counts one.</summary>
    /// <param name="task">"dd-174" as trace has it, or "dd 174" as perf has it.</param>
    public void Add(ReadOnlySpan<byte> task)
    {
        // Behind the name of a task trace may have its group: "dd-174 ( 174)".
        var group = task.IndexOf(" ("u8);
        task = group > 0 ? task[..group].TrimEnd((byte)' ') : task;
        var end = task.LastIndexOfAny((byte)'-', (byte)' ');
        var number = _names.Number(end > 0 ? task[..end].TrimEnd((byte)' ') : task);
        if (number < 0)
        {
            _others++;
            return;
        }

        if (number == _counts.Count)
        {
            _counts.Add(0);
        }

        _counts[number]++;
    }

    /// <summary>Names and counts, the largest first.</summary>
    public IReadOnlyList<CountedKind> Rows =>
    [
        .. _counts.Select((count, i) => new CountedKind(_names.Name(i), count))
            .OrderByDescending(row => row.Count)
            .ThenBy(row => row.Kind, StringComparer.Ordinal),
        .. _others > 0 ? [new CountedKind(_names.Name(-1), _others)] : Array.Empty<CountedKind>(),
    ];
}
