// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Snapshots;

/// <summary>Names what changed first between two snapshots of a trace: snapshots with the same
/// name for it were likely changed by the same edit.</summary>
public static class SnapshotCause
{
    /// <summary>"sync_for_cpu contract C4 data", "map ok to crash", "boot machine log".
    /// </summary>
    /// <param name="stored">The stored snapshot.</param>
    /// <param name="current">What came instead; not the same.</param>
    public static string Of(string stored, string current)
    {
        var (before, now) = (Blocks(stored), Blocks(current));
        for (var i = 0; i < Math.Max(before.Count, now.Count); i++)
        {
            if (i >= before.Count || i >= now.Count)
            {
                return OfMore(i < now.Count ? now[i] : before[i]);
            }

            if (!before[i].SequenceEqual(now[i]))
            {
                return Of(before[i], now[i]);
            }
        }

        return "the trace's comment";
    }

    private static string Of(List<string> before, List<string> now)
    {
        var (operation, outcome) = Split(before[0]);
        var (operationNow, outcomeNow) = Split(now[0]);
        if (operation != operationNow)
        {
            return IsAdded(operation) || IsAdded(operationNow)
                ? OfMore(IsAdded(operationNow) ? now : before)
                : "the trace itself";
        }

        var word = Word(operation);
        var (status, statusNow) = (outcome.Split(' ')[0], outcomeNow.Split(' ')[0]);
        if (status != statusNow)
        {
            return $"{word} {status} to {statusNow}";
        }

        if (outcome != outcomeNow)
        {
            return $"{word} value";
        }

        var gone = before.Except(now, StringComparer.Ordinal).ToList();
        var come = now.Except(before, StringComparer.Ordinal).ToList();
        var label = Label(come.Concat(gone).FirstOrDefault(before[^1]));
        return label is "state" or "digest"
            ? $"{word} {Fields(gone, come, label)}"
            : $"{word} {label}";
    }

    // The names in lines such as "state used 3, area 0" whose values are not the same.
    private static string Fields(List<string> gone, List<string> come, string label)
    {
        HashSet<string> PartsOf(List<string> lines) =>
        [
            .. lines.Select(line => line.Trim())
                .Where(line => line.StartsWith(label + " ", StringComparison.Ordinal))
                .SelectMany(line => line[(label.Length + 1)..].Split(", ")),
        ];
        var differing = PartsOf(gone);
        differing.SymmetricExceptWith(PartsOf(come));
        var names = differing.Select(part => part[..part.LastIndexOf(' ')])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return string.Join(" and ", names);
    }

    // A block that the other snapshot has not, such as a verdict at the end.
    private static string OfMore(List<string> block) =>
        $"{Word(Split(block[0]).Operation)} {Label(block.Count > 1 ? block[1] : block[0])}";

    private static bool IsAdded(string operation) =>
        operation.StartsWith("then ", StringComparison.Ordinal);

    // "map", or two words where the first alone says little.
    private static string Word(string operation)
    {
        var words = operation.Split(' ');
        return words[0] is "boot" or "then" && words.Length > 1
            ? $"{words[0]} {words[1]}"
            : words[0];
    }

    private static string Label(string line)
    {
        var words = line.Trim();
        return words.StartsWith("contract ", StringComparison.Ordinal)
            ? words.Split(':')[0]
            : words.Split(' ')[0];
    }

    private static (string Operation, string Outcome) Split(string head)
    {
        var colon = head.LastIndexOf(": ", StringComparison.Ordinal);
        return colon < 0 ? (head, string.Empty) : (head[..colon], head[(colon + 2)..]);
    }

    private static List<List<string>> Blocks(string text)
    {
        var blocks = new List<List<string>>();
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith('#'))
            {
                continue;
            }

            if (!line.StartsWith(SnapshotText.Indent, StringComparison.Ordinal))
            {
                blocks.Add([]);
            }

            if (blocks.Count > 0)
            {
                blocks[^1].Add(line);
            }
        }

        return blocks;
    }
}
