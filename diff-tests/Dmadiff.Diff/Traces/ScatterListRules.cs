// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Traces;

/// <summary>Follows the scatterlists of a trace: they have entries before they are mapped, and
/// are left alone while they are.</summary>
/// <param name="buffers">Bytes of each buffer.</param>
internal sealed class ScatterListRules(IReadOnlyDictionary<string, ulong> buffers)
{
    private const int MostLists = 64;
    private const int MostEntries = 256;

    private readonly HashSet<string> _known = [];
    private readonly Dictionary<string, (string Mapping, int Line)> _mapped = new();

    /// <summary>Checks one operand of an operation on a list.</summary>
    public void Check(Operation operation, Operand operand, Report report)
    {
        switch (operand)
        {
            case Operand.Entries:
                CheckEntries(operation, report);
                break;
            case Operand.Chain:
                DeclarationRules.Range(report, "Chain", operation.Number, 0, MostEntries);
                break;
            default:
                CheckList(operation, report);
                break;
        }
    }

    /// <summary>Notes what an operation did.</summary>
    public void Track(Operation operation)
    {
        switch (operation.Kind)
        {
            case OperationKind.ScatterList:
                _known.Add(operation.List);
                break;
            case OperationKind.MapSg:
                _mapped[operation.List] = (operation.Mapping, operation.Source.Number);
                break;
            case OperationKind.UnmapSg:
                foreach (var (list, by) in _mapped)
                {
                    if (by.Mapping == operation.Mapping)
                    {
                        _mapped.Remove(list);
                    }
                }

                break;
        }
    }

    private void CheckList(Operation operation, Report report)
    {
        const string part = nameof(Operand.List);
        var name = operation.List;
        if (_mapped.TryGetValue(name, out var by))
        {
            report(part, $"{name} is mapped by {by.Mapping}, since line {by.Line}");
        }
        else if (operation.Kind != OperationKind.ScatterList && !_known.Contains(name))
        {
            report(part, $"no sglist \"{name}\" has been made{Suggestion.For(name, _known)}");
        }
        else if (_known.Count == MostLists && !_known.Contains(name))
        {
            report(part, $"a trace can have {MostLists} scatterlists");
        }
    }

    private void CheckEntries(Operation operation, Report report)
    {
        const string part = nameof(Operand.Entries);
        if (operation.Entries.Count is 0 or > MostEntries)
        {
            report(part, $"a scatterlist has 1 to {MostEntries} entries");
        }

        foreach (var entry in operation.Entries)
        {
            if (!buffers.TryGetValue(entry.Buffer, out var bytes))
            {
                report(part, DeclarationRules.Undeclared("buffer", entry.Buffer, buffers.Keys));
            }
            else if (entry.Size == 0 || entry.Offset > bytes || entry.Size > bytes - entry.Offset)
            {
                report(
                    part,
                    $"[{entry.Offset}, {entry.Offset}+{entry.Size}) is not inside of buffer "
                    + $"{entry.Buffer}, which has {bytes} bytes");
            }
        }
    }
}
