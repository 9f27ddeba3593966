// SPDX-License-Identifier: GPL-2.0-only
using System.Numerics;
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Contract.Rules;

/// <summary>
/// C1, C2, C3 and C6 for IOVA domains, from the comments of iova.h and iova.c: a range lies
/// between the domain's start and the limit; one that is size-aligned starts at a multiple of
/// its size, rounded up to a power of two; no two ranges that somebody has overlap; and the
/// tree holds what was reserved, what somebody has, and what the caches keep, nothing else.
/// </summary>
internal sealed class IovaRule : ContractRule
{
    private const int MaxDomains = 16;

    private readonly Dictionary<uint, Domain> _domains = [];
    private readonly Dictionary<uint, Range> _live = [];

    public override void Judge(ContractStep step)
    {
        var op = step.Op;
        switch (op.Kind)
        {
            case AbiOpKind.IovaInit when step.Succeeded:
                _domains[op.Device] = new Domain(op.Arg);
                break;
            case AbiOpKind.IovaPut when step.Succeeded:
                Forget(op.Device);
                break;
            case AbiOpKind.IovaAlloc or AbiOpKind.IovaAllocFast when step.Succeeded:
                JudgeAlloc(step, _domains[op.Device]);
                break;
            case AbiOpKind.IovaFree or AbiOpKind.IovaFreeFast when step.Succeeded:
                Free(op);
                break;
            case AbiOpKind.IovaReserve:
                Reserve(step, _domains[op.Device]);
                break;
        }

        if (step.Succeeded
            && (op.Kind == AbiOpKind.Check || (step.IsThorough && IsOnDomain(op.Kind))))
        {
            foreach (var (number, domain) in _domains)
            {
                JudgeTree(step, number, domain);
            }
        }
    }

    /// <summary>Whether there is any domain on the machine.</summary>
    public static bool AnyDomain(IEngine engine) =>
        Enumerable.Range(0, MaxDomains).Any(i => engine.ReadIovaDomain(i) is not null);

    private static bool IsOnDomain(AbiOpKind kind) =>
        kind is >= AbiOpKind.IovaInit and <= AbiOpKind.CpuUp;

    private void JudgeAlloc(ContractStep step, Domain domain)
    {
        var op = step.Op;
        var range = new Range(op.Device, step.Result.Value, op.Size);
        _live[op.Mapping] = range;
        if (domain.IsUnknown)
        {
            return;
        }

        if (range.First < domain.Start || range.Last > op.Arg)
        {
            step.Report(
                ContractRuleId.Range,
                $"pfns from 0x{domain.Start:x} to 0x{op.Arg:x}",
                range.Text);
        }

        var aligned = op.Kind == AbiOpKind.IovaAllocFast
            || op.Attrs.HasFlag(AbiAttr.SizeAligned);
        var step2 = BitOperations.RoundUpToPowerOf2(op.Size);
        if (aligned && range.First % step2 != 0)
        {
            step.Report(
                ContractRuleId.Alignment, $"a multiple of {step2} pages", range.Text);
        }

        var taken = _live
            .Where(l => l.Key != op.Mapping && l.Value.Domain == op.Device)
            .Select(l => l.Value)
            .Concat(domain.Reserved)
            .FirstOrDefault(other => other.Overlaps(range));
        if (taken is not null)
        {
            step.Report(
                ContractRuleId.Exclusive, $"pfns that nobody has; {taken.Text} is taken", range.Text);
        }
    }

    private void Free(in AbiOp op)
    {
        if (_live.Remove(op.Mapping, out var range) && op.Kind == AbiOpKind.IovaFreeFast
            && _domains.TryGetValue(range.Domain, out var domain))
        {
            domain.FreedIntoCache = true;
        }
    }

    // Reserving is for set-up. Over a range that somebody has, or may still be in a cache, it
    // changes that range: nothing is owed after that.
    private void Reserve(ContractStep step, Domain domain)
    {
        var op = step.Op;
        var range = new Range(op.Device, op.Arg, op.Offset - op.Arg + 1);
        if (!step.Succeeded || domain.FreedIntoCache
            || _live.Values.Any(l => l.Domain == op.Device && l.Overlaps(range)))
        {
            domain.IsUnknown = true;
            return;
        }

        domain.Reserved.Add(range);
    }

    private void JudgeTree(ContractStep step, uint number, Domain domain)
    {
        if (domain.IsUnknown || step.Engine.ReadIovaDomain((int)number) is not { } state)
        {
            return;
        }

        var nodes = step.Engine.ReadIovaNodes((int)number, 0, checked((int)state.Nodes));
        var cached = step.Engine.ReadIovaMagazines((int)number).Sum(m => m.Count);
        var live = _live.Values.Where(l => l.Domain == number)
            .ToDictionary(l => l.First, l => l);
        var left = 0L;

        // The last one is the anchor.
        foreach (var node in nodes.Take(nodes.Length - 1))
        {
            if (live.TryGetValue(node.PfnLo, out var range) && node.PfnHi >= range.Last)
            {
                live.Remove(node.PfnLo);
            }
            else if (!domain.IsReserved(node.PfnLo, node.PfnHi))
            {
                left++;
            }
        }

        if (live.Count > 0)
        {
            step.Report(
                ContractRuleId.Accounting,
                $"{live.Values.First().Text} is in the tree, as somebody has it",
                "it is not");
        }
        else if (left != cached)
        {
            step.Report(
                ContractRuleId.Accounting,
                $"{cached} ranges beside those reserved and in use, as the caches hold",
                $"{left}");
        }
    }

    private void Forget(uint number)
    {
        _domains.Remove(number);
        foreach (var handle in _live.Where(l => l.Value.Domain == number).Select(l => l.Key)
            .ToList())
        {
            _live.Remove(handle);
        }
    }

    private sealed record Range(uint Domain, ulong First, ulong Pages)
    {
        public ulong Last => First + Pages - 1;

        public string Text => $"0x{First:x}-0x{Last:x}";

        public bool Overlaps(Range other) => First <= other.Last && other.First <= Last;
    }

    private sealed class Domain(ulong start)
    {
        public ulong Start { get; } = start;

        public List<Range> Reserved { get; } = [];

        public bool FreedIntoCache { get; set; }

        public bool IsUnknown { get; set; }

        // What was reserved in parts may have become one node, and the other way round.
        public bool IsReserved(ulong first, ulong last)
        {
            while (Reserved.Find(r => r.First <= first && first <= r.Last) is { } range)
            {
                if (range.Last >= last)
                {
                    return true;
                }

                first = range.Last + 1;
            }

            return false;
        }
    }
}
