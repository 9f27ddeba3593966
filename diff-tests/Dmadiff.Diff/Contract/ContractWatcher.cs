// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract.Rules;
using Dmadiff.Diff.Contract.Shadow;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Contract;

/// <summary>Watches one run of one trace, op by op.</summary>
internal sealed class ContractWatcher
{
    private readonly IEngine _engine;
    private readonly bool _thorough;
    private readonly List<ContractFinding> _findings = [];
    private readonly LoweredTrace _asGiven;
    private LoweredTrace _trace;
    private ShadowMachine? _shadow;
    private ShadowBytes? _bytes;
    private ContractStep? _step;
    private readonly HashSet<uint> _isMessage = [];
    private readonly CoherentRule _coherent = new();
    private ContractParts? _parts;
    private ContractRule[] _rules = [];
    private uint _logLines;
    private int _index;
    private bool _stop;

    public ContractWatcher(IEngine engine, LoweredTrace trace, bool thorough)
    {
        _engine = engine;
        _asGiven = trace;
        _trace = trace;
        _thorough = thorough;
    }

    public IReadOnlyList<ContractFinding> Findings => _findings;

    /// <summary>Something was found only because a check looks at everything.</summary>
    public bool FoundBySweep { get; private set; }

    public ShadowMachine Shadow => _shadow!;

    /// <summary>Boots the machine.</summary>
    /// <returns>Whether there is anything left to watch.</returns>
    public bool Boot()
    {
        var results = new AbiResult[_trace.Setup.StepCount];
        _engine.Boot(_trace.Setup, results);
        for (var i = 0; i < results.Length; i++)
        {
            if (results[i].Status == AbiStatus.Crash)
            {
                var crash = _engine.ReadCrash();
                ReportBoot(i, "no crash", crash is null ? "a crash" : Text(crash), isCrash: true);
                return false;
            }

            if (Log(results[i].LogLines).FirstOrDefault(NoComplaintRule.IsComplaint) is { } line)
            {
                ReportBoot(i, "no complaint", $"\"{line}\"", isCrash: false);
            }
        }

        _shadow = new ShadowMachine(_engine, _trace, results);
        _bytes = new ShadowBytes(_engine, _shadow);
        _bytes.Reload();
        _step = new ContractStep(_engine, _shadow, _thorough, Report);
        _parts = new ContractParts(_shadow);
        var verdict = new ByteVerdict(_bytes);
        _rules =
        [
            new NoComplaintRule(),
            new RangeRule(),
            new AlignmentRule(),
            new SegmentRule(_parts),
            new TranslationRule(),
            new MessageRule(),
            new ExclusiveRule(),
            new RestrictedRule(),
            new FailureRule(),
            new PromiseRule(),
            _coherent,
            new DataRule(verdict),
            new NoLeakRule(verdict),
            new MemoryStateRule(),
            new IovaRule(),
            new AccountingRule(new SlotTables(_step)),
            new LostMemoryRule(_engine),
            new IotlbRule(),
        ];
        return true;
    }

    /// <summary>Runs and judges some ops.</summary>
    /// <param name="trace">The trace that they are of; what was run before is the same in it.
    /// </param>
    /// <param name="from">The first.</param>
    /// <param name="to">The one after the last.</param>
    /// <returns>Whether there is anything left to watch.</returns>
    public bool Go(LoweredTrace trace, int from, int to)
    {
        _trace = trace;
        Span<AbiResult> result = stackalloc AbiResult[1];
        for (_index = from; _index < to && !_stop; _index++)
        {
            var op = trace.Ops[_index];
            if (_coherent.IsOutside(op))
            {
                // The driver's own doing, which may have gone where nobody looks.
                _engine.Run([op], result);
                _stop |= op.Kind == AbiOpKind.DevWrite || result[0].Status == AbiStatus.Crash;
                continue;
            }

            if (_parts!.Owns(op))
            {
                GoInParts(op);
                continue;
            }

            var role = DriverFaults.RoleOf(op.Kind);
            var mapping = role is StepRole.Make or StepRole.Other ? null : Shadow.Find(op.Mapping);
            var fault = DriverFaults.Of(op, role, mapping);
            _engine.Run([op], result);
            var log = Log(result[0].LogLines);
            if (result[0].Status is AbiStatus.Skipped or AbiStatus.BadOp or AbiStatus.BusError)
            {
                _step!.Begin(op, result[0], role, mapping, fault, log);
                TakeCutShort(op, result[0]);
                continue;
            }

            Shadow.Refresh(_engine);
            mapping = Follow(op, result[0], role, mapping);
            if (op.Kind == AbiOpKind.PrepareMsi)
            {
                _isMessage.Add(op.Mapping);
            }

            if (fault == DriverFault.OutsideMapping)
            {
                Excuse(op, result[0], mapping);
                continue;
            }

            if (op.Kind == AbiOpKind.StaleWrite || IsBelowTheApi(op))
            {
                _bytes!.Reload();
            }

            _step!.Begin(op, result[0], role, mapping, fault, log);
            Judge(result[0].Status == AbiStatus.Crash);
        }

        return !_stop;
    }

    private void GoInParts(in AbiOp op)
    {
        Span<AbiResult> results = stackalloc AbiResult[1];
        _engine.Run([op], results);
        var result = results[0];
        var log = Log(result.LogLines);
        if (result.Status is AbiStatus.Skipped or AbiStatus.BadOp or AbiStatus.BusError)
        {
            var reached = _parts!.Reached(op);
            var role = reached is null ? StepRole.Other : StepRole.DeviceAccess;
            _step!.Begin(op, result, role, reached, DriverFault.None, log);
            TakeCutShort(op, result);
            return;
        }

        Shadow.Refresh(_engine);
        if (result.Status == AbiStatus.Crash)
        {
            _step!.Begin(op, result, StepRole.Other, null, DriverFault.None, log);
            Judge(crashed: true);
            return;
        }

        var name = _trace.OperationOf(_index)?.Mapping ?? "";
        var parts = _parts!.Of(_step!, op, result, name);
        if (_parts.IsLost && op.Kind != AbiOpKind.MapSg)
        {
            _stop = true;
            return;
        }

        // The whole op first, for rules that know it and for its log. One that makes a list
        // is known as a whole even where its parts are not.
        if (!parts.Any(part => part.Mapping is null))
        {
            _step!.IsPartial = _parts.IsLost || parts.Count > 0;
            _step.Begin(op, result, StepRole.Other, null, DriverFault.None, log);
            Judge(crashed: false);
        }

        if (_parts.IsLost)
        {
            _stop = true;
            return;
        }

        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            _step!.IsPartial = i < parts.Count - 1;
            _step.Begin(
                part.Op, part.Result, part.Role, part.Mapping, DriverFault.None,
                part.Mapping is null ? log : []);
            Judge(crashed: false);
        }
    }

    /// <summary>What the machine promises a device, or 0.</summary>
    public ulong MaxMappingSize(int device)
    {
        var answer = _step!.Ask(new AbiOp
        {
            Kind = AbiOpKind.MaxMappingSize,
            Device = (uint)device,
        });
        return answer.Status == AbiStatus.Ok ? answer.Value : 0;
    }

    // By an address that iommu_map() made a device may write to any buffer, and a message may
    // go to one.
    private bool IsBelowTheApi(in AbiOp op) =>
        op.Kind == AbiOpKind.DevWrite && Shadow.Find(op.Mapping) is null
        && (_isMessage.Contains(op.Mapping)
            || Shadow.Devices.Exists(device => device.Iommu is { IsTampered: true }));

    // Behind an IOMMU what a device writes gets as far as the first fault.
    private void TakeCutShort(in AbiOp op, in AbiResult result)
    {
        if (result.Status == AbiStatus.BusError)
        {
            TranslationRule.JudgeFault(_step!);
        }

        if (op.Kind is AbiOpKind.DevWrite or AbiOpKind.StaleWrite
            && Shadow.Devices.Exists(device => device.Iommu is not null))
        {
            _bytes!.Reload();
        }
    }

    private void Judge(bool crashed)
    {
        foreach (var rule in _rules)
        {
            rule.Judge(_step!);
            if (crashed)
            {
                _stop = true;
                return;
            }
        }
    }

    // Keeps the list of what is live.
    private ShadowMapping? Follow(
        in AbiOp op, in AbiResult result, StepRole role, ShadowMapping? mapping)
    {
        if (result.Status != AbiStatus.Ok)
        {
            return mapping;
        }

        if (role == StepRole.End)
        {
            Shadow.Remove(op.Mapping);
        }
        else if (role == StepRole.Make)
        {
            var isAllocation = op.Kind == AbiOpKind.SwiotlbAlloc;
            var buffer = isAllocation ? null : Shadow.Buffers[(int)op.Buffer];
            var device = Shadow.Devices[(int)op.Device];
            var memory = MemoryOf(op, result.Value, device);
            mapping = new ShadowMapping
            {
                Name = _trace.OperationOf(_index)!.Mapping,
                Maker = op,
                Device = device,
                Buffer = buffer,
                Memory = memory,
                DmaAddress = result.Value,
                Bounced = op.Size > 0
                    && (op.Kind != AbiOpKind.Map || memory.Address != buffer!.Base + op.Offset),
            };
            Shadow.Add(op.Mapping, mapping);
        }

        return mapping;
    }

    private SeenMemory MemoryOf(in AbiOp op, ulong address, ShadowDevice device)
    {
        if (op.Kind != AbiOpKind.Map || !device.IsTranslated)
        {
            return new SeenMemory(address, op.Size);
        }

        return device.Iommu is not null
            ? SeenMemory.Behind(_step!, op.Mapping, 0, address, op.Size)
            : new SeenMemory(
                _step!.Ask(new AbiOp { Kind = AbiOpKind.IovaToPhys, Mapping = op.Mapping }).Value,
                op.Size);
    }

    // What a driver's own fault did to memory is taken as it is. If it may have gone where
    // nobody looks, no judgement after it would be fair.
    private void Excuse(in AbiOp op, in AbiResult result, ShadowMapping? mapping)
    {
        if (result.Status == AbiStatus.Crash)
        {
            _stop = true;
            return;
        }

        foreach (var pool in Shadow.Pools)
        {
            pool.LastUsed = null;
        }

        if (op.Kind == AbiOpKind.DevRead || mapping is null || mapping.Size == 0)
        {
            return;
        }

        // Which pages an IOVA beyond the mapping leads to is not known.
        _stop |= mapping.Device.Iommu is not null;
        _stop |= !Shadow.IsWatched(mapping.Address + op.Offset, op.Size)
            || (mapping.Buffer is { } buffer
                && !Shadow.IsWatched(buffer.Base + mapping.Offset + op.Offset, op.Size));
        _bytes!.Reload();
    }

    private IEnumerable<string> NewLines(uint lines)
    {
        var first = (int)_logLines;
        _logLines = lines;
        return _engine.ReadLog(first).Take((int)lines - first);
    }

    private IReadOnlyList<string> Log(uint lines) =>
        lines <= _logLines ? [] : [.. NewLines(lines)];

    private void Report(ContractRuleId rule, string expected, string actual)
    {
        // From here on the shadow may be wrong itself.
        _stop |= rule is ContractRuleId.Exclusive or ContractRuleId.Data or ContractRuleId.NoLeak
            or ContractRuleId.Accounting;
        FoundBySweep |= _step!.Op.Kind == AbiOpKind.Check;
        var operation = _trace.OperationOf(_index);
        Add(new ContractFinding(
            new ContractSignature(
                rule, OperationSyntax.WordOf(operation?.Kind ?? OperationKind.Check)),
            AtBoot: false,
            _index,
            operation is null ? "check" : TracePrinter.Print(operation),
            expected,
            actual,
            IsAdded: _trace != _asGiven,
            IsCrash: _step.Result.Status == AbiStatus.Crash));
    }

    private void ReportBoot(int step, string expected, string actual, bool isCrash)
    {
        var what = _trace.DescribeBootStep(step);
        Add(new ContractFinding(
            new ContractSignature(ContractRuleId.NoComplaint, $"boot {what.Split(' ')[0]}"),
            AtBoot: true,
            step,
            $"boot: {what}",
            expected,
            actual,
            IsAdded: false,
            isCrash));
    }

    private void Add(ContractFinding finding)
    {
        if (!_findings.Exists(known => known.Signature == finding.Signature))
        {
            _findings.Add(finding);
        }
    }

    private static string Text(CrashReport crash) => $"{crash.What} in {crash.Where}";
}
