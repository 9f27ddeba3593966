// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Traces;

/// <summary>Says what is wrong with one part of a declaration or operation.</summary>
/// <param name="part">A key such as "cpus", or the name of an <see cref="Operand"/>.</param>
/// <param name="message">What and why.</param>
internal delegate void Report(string part, string message);

/// <summary>Collects what is wrong with a file.</summary>
internal sealed class DiagnosticList(string file)
{
    private readonly List<TraceDiagnostic> _all = [];
    private readonly Dictionary<int, IReadOnlyList<int>> _joined = [];

    public bool IsEmpty => _all.Count == 0;

    /// <summary>Lines were read as one: columns in it are told where they stand.</summary>
    /// <param name="first">Number of the first.</param>
    /// <param name="lengths">Characters of each.</param>
    public void Join(int first, IReadOnlyList<int> lengths)
    {
        if (lengths.Count > 1)
        {
            _joined[first] = lengths;
        }
    }

    public void Add(int line, int column, string message)
    {
        var lengths = _joined.GetValueOrDefault(line, []);
        for (var i = 0; i < lengths.Count - 1 && column > lengths[i]; i++)
        {
            column -= lengths[i];
            line++;
        }

        _all.Add(new TraceDiagnostic(file, line, column, message));
    }

    public void ThrowIfAny()
    {
        if (_all.Count == 0)
        {
            return;
        }

        // Declarations are judged when the header is complete, so order is restored here.
        var ordered = _all.OrderBy(d => d.Line).ThenBy(d => d.Column).Distinct().ToList();
        var shown = ordered.Take(TraceException.MostDiagnostics).ToList();
        throw new TraceException(shown, ordered.Count - shown.Count);
    }
}
