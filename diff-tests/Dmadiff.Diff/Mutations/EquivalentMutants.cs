// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Mutations;

/// <summary>Changes of which it has been argued that nothing can come of them.</summary>
/// <remarks>One begins with its <see cref="Mutant.Key"/> in the first column; the lines after
/// it, indented, say why. # begins a comment.</remarks>
public sealed class EquivalentMutants
{
    private readonly Dictionary<string, string> _reasons = [];

    private EquivalentMutants()
    {
    }

    /// <summary>None at all.</summary>
    public static EquivalentMutants None { get; } = new();

    /// <summary>Keys of them.</summary>
    public IReadOnlyCollection<string> Keys => _reasons.Keys;

    /// <summary>Why a change has no consequences; null when nobody said so.</summary>
    public string? ReasonOf(Mutant mutant) => _reasons.GetValueOrDefault(mutant.Key);

    /// <summary>Reads a list.</summary>
    /// <param name="text">The list.</param>
    /// <param name="file">What messages call it.</param>
    /// <exception cref="TraceException">One has no reason, or is there twice.</exception>
    public static EquivalentMutants Parse(string text, string file)
    {
        var read = new EquivalentMutants();
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].TrimEnd();
            if (line.Length == 0 || line[0] is '#' or ' ' or '\t')
            {
                continue;
            }

            var reason = string.Join(
                ' ', lines.Skip(i + 1).TakeWhile(l => l.StartsWith(' ')).Select(l => l.Trim()));
            var problem = reason.Length == 0 ? "there is no reason below it, indented"
                : !read._reasons.TryAdd(line, reason) ? "this change is there twice"
                : null;
            if (problem is not null)
            {
                throw new TraceException([new TraceDiagnostic(file, i + 1, 1, problem)], 0);
            }
        }

        return read;
    }
}
