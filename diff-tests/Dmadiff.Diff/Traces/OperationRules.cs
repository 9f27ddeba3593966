// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Traces;

/// <summary>
/// Follows the operations of a trace and says what makes no sense: names that are not
/// declared, ranges that leave their buffer, mappings used outside their life.
/// </summary>
internal sealed class OperationRules
{
    private const ulong LargestIova = 1UL << 52;
    private const ulong LargestPhysical = (1UL << 52) - 1;

    private readonly Trace _header;
    private readonly Dictionary<string, ulong> _buffers = new();
    private readonly HashSet<string> _devices;
    private readonly HashSet<string> _pools;
    private readonly Dictionary<string, Life> _mappings = new();
    private readonly ScatterListRules _lists;
    private readonly IovaRules _iova = new();
    private bool _anythingRan;

    /// <summary>Starts before the first operation.</summary>
    /// <param name="header">The declarations; its operations are not looked at.</param>
    public OperationRules(Trace header)
    {
        _header = header;
        _devices = [.. header.Devices.Select(device => device.Name)];
        _pools = [.. header.Pools.Select(pool => pool.Name), Operation.DefaultPool];
        _lists = new ScatterListRules(_buffers);
        foreach (var buffer in header.Buffers)
        {
            _buffers.TryAdd(buffer.Name, buffer.Bytes);
        }
    }

    // Family is None when a faulty line made the mapping: then nothing is said of it.
    private readonly record struct Life(MappingFamily Family, bool Live, int Line);

    /// <summary>Checks the next operation.</summary>
    public void Apply(Operation operation, Report report)
    {
        if (operation.Kind == OperationKind.ExpectLast)
        {
            if (!_anythingRan)
            {
                report("last", "there is no operation before this one");
            }

            return;
        }

        if (operation.Kind == OperationKind.ExpectPool)
        {
            CheckPool(operation, report);
            return;
        }

        _anythingRan = true;
        var syntax = OperationSyntax.Of(operation.Kind)!;
        foreach (var operand in syntax.Operands)
        {
            CheckOperand(operation, operand, report);
        }

        if (syntax.HasDomain)
        {
            _iova.Apply(operation, syntax, report);
        }

        if (syntax.Family != MappingFamily.None)
        {
            CheckLife(operation, syntax, report);
            Track(operation);
        }

        _lists.Track(operation);
        foreach (var mapping in _iova.EndedBy(operation))
        {
            End(mapping, operation.Source.Number);
        }
    }

    /// <summary>Notes what an operation does to its mapping without checking it; for a line
    /// that was reported already, so that one mistake is not reported many times.</summary>
    public void Assume(Operation operation)
    {
        _anythingRan = true;
        var syntax = OperationSyntax.Of(operation.Kind);
        if (operation.Domain.Length > 0)
        {
            _iova.Assume(operation.Domain);
        }

        if (operation.Mapping.Length > 0 && syntax is { Use: not MappingUse.Use })
        {
            _mappings[operation.Mapping] = new Life(MappingFamily.None, true, 0);
        }
    }

    private void Track(Operation operation)
    {
        var syntax = OperationSyntax.Of(operation.Kind)!;
        var line = operation.Source.Number;
        if (syntax.Use == MappingUse.Make)
        {
            _mappings[operation.Mapping] = new Life(syntax.Family, Live: true, line);
        }
        else if (syntax.Use == MappingUse.End)
        {
            End(operation.Mapping, line);
        }
    }

    private void End(string mapping, int line)
    {
        if (_mappings.TryGetValue(mapping, out var life)
            && life is { Live: true, Family: not MappingFamily.None })
        {
            _mappings[mapping] = life with { Live = false, Line = line };
        }
    }

    private void CheckOperand(Operation operation, Operand operand, Report report)
    {
        var part = operand.ToString();
        switch (operand)
        {
            case Operand.Device when !_devices.Contains(operation.Device):
                report(
                    part,
                    DeclarationRules.Undeclared("device", operation.Device, _devices));
                break;
            case Operand.BufferPlace:
                CheckBuffer(operation, report);
                break;
            case Operand.MappingPlace:
                DeclarationRules.Range(
                    (_, message) => report(part, message),
                    "offset",
                    operation.Offset,
                    0,
                    DeclarationRules.LargestSize,
                    size: true);
                break;
            case Operand.Size:
                var least = MayBeEmpty(operation.Kind) ? 0UL : 1;
                DeclarationRules.Range(
                    report, part, operation.Size, least, DeclarationRules.LargestSize, size: true);
                break;
            case Operand.Pool:
                CheckPool(operation, report);
                break;
            case Operand.Address when operation.Kind == OperationKind.PrepareMsi
                && operation.Number > LargestPhysical:
                report(part, $"address out of range: {Quantity.FormatHex(operation.Number)}");
                break;
            case Operand.Iova when operation.Number > LargestIova:
                report(part, $"iova out of range: {Quantity.FormatHex(operation.Number)}");
                break;
            case Operand.Number:
                CheckNumber(operation, report);
                break;
            case Operand.Pages or Operand.LastPfn or Operand.Granule or Operand.Start:
                IovaRules.CheckOperand(operation, operand, report);
                break;
            case Operand.List or Operand.Entries or Operand.Chain:
                _lists.Check(operation, operand, report);
                break;
            case Operand.Gfp:
                CheckGfp(operation, report);
                break;
            case Operand.Align:
                DeclarationRules.Mask(report, part, operation.Number, 0x7fffffff);
                break;
        }
    }

    private void CheckBuffer(Operation operation, Report report)
    {
        const string part = nameof(Operand.BufferPlace);
        if (!_buffers.TryGetValue(operation.Buffer, out var bytes))
        {
            var message = DeclarationRules.Undeclared("buffer", operation.Buffer, _buffers.Keys);
            report(part, message);
        }
        else if (operation.Offset > bytes || operation.Size > bytes - operation.Offset)
        {
            report(
                part,
                $"[{operation.Offset}, {operation.Offset}+{operation.Size}) leaves buffer "
                + $"{operation.Buffer}, which has {bytes} bytes");
        }
    }

    private void CheckPool(Operation operation, Report report)
    {
        if (!_pools.Contains(operation.Pool))
        {
            report(
                nameof(Operand.Pool),
                DeclarationRules.Undeclared("pool", operation.Pool, _pools));
        }
    }

    private void CheckNumber(Operation operation, Report report)
    {
        var (name, low, high) = operation.Kind switch
        {
            OperationKind.Cpu or OperationKind.CpuDown or OperationKind.CpuUp => ("cpu", 0UL, Math.Max(_header.Machine.Cpus, 1) - 1),
            OperationKind.Time => ("time", 1UL, 1_000_000_000UL),
            OperationKind.FailAlloc or OperationKind.IommuFail => ("count", 1UL, 1_000_000UL),
            _ => ("number", 0UL, ulong.MaxValue),
        };
        DeclarationRules.Range(
            (_, message) => report(nameof(Operand.Number), message),
            name,
            operation.Number,
            low,
            high);
    }

    private static void CheckGfp(Operation operation, Report report)
    {
        var fits = operation.Kind == OperationKind.Alloc
            ? operation.Number <= (ulong)Bindings.AbiGfp.Atomic
            : operation.Number < (ulong)Bindings.AbiGfp.Choices;
        if (!fits)
        {
            report(
                nameof(Operand.Gfp),
                $"{OperationSyntax.WordOf(operation.Kind)} cannot ask for gfp="
                + AttrWords.OfGfp(operation.Number));
        }
    }

    private void CheckLife(Operation operation, OperationSyntax syntax, Report report)
    {
        var name = operation.Mapping;
        var part = syntax.Operands.Contains(Operand.MappingPlace)
            ? nameof(Operand.MappingPlace)
            : nameof(Operand.Mapping);
        var known = _mappings.TryGetValue(name, out var life);
        if (known && life.Family == MappingFamily.None)
        {
            return;
        }

        if (syntax.Use == MappingUse.Make)
        {
            if (known && life.Live)
            {
                report(part, $"{name} is made while it is live, since line {life.Line}");
            }
        }
        else if (!known)
        {
            report(
                part,
                $"no mapping \"{name}\" has been made{Suggestion.For(name, _mappings.Keys)}");
        }
        else if (syntax.Use == MappingUse.After && life.Live)
        {
            report(part, $"{syntax.Word} is for after the end of {name}, which is live");
        }
        else if (!life.Live && syntax.Use != MappingUse.After)
        {
            report(part, $"{name} is used after its end in line {life.Line}");
        }
        else if (!syntax.Suits(life.Family))
        {
            report(
                part,
                $"{syntax.Word} does not fit {name}, which {MakerOf(life.Family)} made "
                + $"in line {life.Line}");
        }
    }

    private static bool MayBeEmpty(OperationKind kind) => kind
        is OperationKind.Map or OperationKind.SwiotlbMap
        or OperationKind.SyncForCpu or OperationKind.SyncForDevice
        or OperationKind.SwiotlbSyncForCpu or OperationKind.SwiotlbSyncForDevice;

    private static string MakerOf(MappingFamily family) => OperationSyntax.All
        .First(syntax => syntax.Family == family && syntax.Use == MappingUse.Make)
        .Word;
}
