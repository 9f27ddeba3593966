// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Traces;

/// <summary>Follows the lives of IOVA domains: which are there, and what came of them.</summary>
internal sealed class IovaRules
{
    /// <summary>How many domains may be there at a time.</summary>
    public const int MaxDomains = 16;

    // Larger ones cannot be handed out by anything.
    private const ulong LargestPages = 1UL << 40;
    private const ulong LargestGranule = 64 << 10;
    private const ulong LargestStart = 1UL << 62;

    private readonly Dictionary<string, Domain> _domains = new();

    private sealed record Domain(int Line, bool Live, bool Known)
    {
        public HashSet<string> Mappings { get; } = [];
    }

    /// <summary>Whether an operand's value makes sense.</summary>
    public static void CheckOperand(Operation operation, Operand operand, Report report)
    {
        var part = operand.ToString();
        switch (operand)
        {
            case Operand.Pages:
                DeclarationRules.Range(report, part, operation.Size, 1, LargestPages);
                break;
            case Operand.Granule:
                DeclarationRules.Range(
                    report, part, operation.Size, 1, LargestGranule, size: true);
                break;
            case Operand.Start:
                DeclarationRules.Range(report, part, operation.Number, 1, LargestStart);
                break;
            case Operand.LastPfn when operation.Offset < operation.Number:
                report(
                    part,
                    $"the range ends before it starts: {Quantity.FormatHex(operation.Number)} "
                    + $"to {Quantity.FormatHex(operation.Offset)}");
                break;
        }
    }

    /// <summary>Checks and follows the domain of the next operation.</summary>
    public void Apply(Operation operation, OperationSyntax syntax, Report report)
    {
        var name = operation.Domain;
        var line = operation.Source.Number;
        var known = _domains.TryGetValue(name, out var domain);
        void Complain(string message) => report(nameof(Operand.Domain), message);

        if (syntax.DomainUse == MappingUse.Make)
        {
            if (domain is { Live: true, Known: true })
            {
                Complain($"{name} is made while it is live, since line {domain.Line}");
            }
            else if (_domains.Values.Count(d => d.Live) == MaxDomains)
            {
                Complain($"more than {MaxDomains} domains at a time");
            }

            _domains[name] = new Domain(line, Live: true, Known: true);
        }
        else if (!known)
        {
            Complain($"no domain \"{name}\" has been made{Suggestion.For(name, _domains.Keys)}");
        }
        else if (!domain!.Live)
        {
            Complain($"{name} is used after its end in line {domain.Line}");
        }
        else if (syntax.Use == MappingUse.Make)
        {
            domain.Mappings.Add(operation.Mapping);
        }
    }

    /// <summary>Notes a domain of which nothing more can be said, as its line is faulty.
    /// </summary>
    public void Assume(string name) => _domains[name] = new Domain(0, Live: true, Known: false);

    /// <summary>The mappings that go with the domain that an operation ends.</summary>
    public IEnumerable<string> EndedBy(Operation operation)
    {
        if (operation.Mapping.Length > 0 && operation.Domain.Length == 0)
        {
            foreach (var domain in _domains.Values)
            {
                domain.Mappings.Remove(operation.Mapping);
            }
        }

        if (operation.Kind != OperationKind.IovaPut
            || !_domains.TryGetValue(operation.Domain, out var ended))
        {
            return [];
        }

        _domains[operation.Domain] = new Domain(operation.Source.Number, false, ended.Known);
        return ended.Mappings;
    }
}
