// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Iova;

namespace Dmadiff.ManagedPort.Engine;

/// <content>Operations on IOVA domains, and CPU hotplug.</content>
public sealed unsafe partial class PortEngine
{
    private const int MaxDomains = 16;
    private const ulong LargestPfn = 1UL << 62;

    private readonly IovaDomain?[] _domains = new IovaDomain?[MaxDomains];

    private void PowerOnIova()
    {
        _iova.PowerOff();
        Array.Clear(_domains);
    }

    private void ExecuteIova(in AbiOp op, ref AbiResult result)
    {
        switch (op.Kind)
        {
            case AbiOpKind.CpuDown:
            case AbiOpKind.CpuUp:
                bool done = op.Kind == AbiOpKind.CpuDown
                    ? _machine.Cpus.TryTakeDown(op.Arg)
                    : _machine.Cpus.TryBringUp(op.Arg);
                FinishOnDomains(done, ref result);
                break;
            case var _ when op.Device >= MaxDomains || !MakesSense(in op):
                result.Status = AbiStatus.BadOp;
                break;
            case AbiOpKind.IovaInit:
                InitDomain(in op, ref result);
                break;
            case var _ when _domains[op.Device] is null:
                result.Status = AbiStatus.Skipped;
                break;
            case AbiOpKind.IovaPut:
                PutDomain(op.Device);
                FinishOnDomains(true, ref result);
                break;
            default:
                ExecuteOnDomain(in op, _domains[op.Device]!, ref result);
                break;
        }
    }

    /// <summary>Whether the numbers of an operation can be meant.</summary>
    private bool MakesSense(in AbiOp op) => op.Kind switch
    {
        AbiOpKind.IovaInit => _domains[op.Device] is null
            && op.Size is > 0 and <= LargestRange && op.Arg is > 0 and <= LargestPfn,
        AbiOpKind.IovaAlloc or AbiOpKind.IovaAllocFast => op.Mapping < MappingCapacity
            && op.Size is > 0 and <= LargestRange && !_mappings[op.Mapping].Live,
        AbiOpKind.IovaReserve => op.Arg <= op.Offset,
        _ => true,
    };

    private void FinishOnDomains(bool done, ref AbiResult result)
    {
        if (!done)
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        AccountIova(ref result);
    }

    private void InitDomain(in AbiOp op, ref AbiResult result)
    {
        bool rcaches = (op.Attrs & AbiAttr.NoRcaches) == AbiAttr.None;
        int error = _iova.Init(op.Size, op.Arg, rcaches, out IovaDomain? domain);
        _domains[op.Device] = domain;
        Fail(ref result, error);
        if (domain is null)
        {
            AccountIova(ref result);
            return;
        }
        ObserveIova(domain, 0, 0, ref result);
    }

    /// <summary>Handles into a domain that has gone name nothing any more.</summary>
    private void PutDomain(uint number)
    {
        _iova.Put(_domains[number]!);
        _domains[number] = null;
        foreach (ref Mapping mapping in _mappings.AsSpan(0, _mappingsTouched))
        {
            if (mapping.Device == number
                && mapping.MadeBy is AbiOpKind.IovaAlloc or AbiOpKind.IovaAllocFast)
            {
                mapping.Live = false;
            }
        }
    }

    private void ExecuteOnDomain(in AbiOp op, IovaDomain domain, ref AbiResult result)
    {
        switch (op.Kind)
        {
            case AbiOpKind.IovaAlloc:
                IovaRange* range = domain.Alloc(
                    op.Size, op.Arg, (op.Attrs & AbiAttr.SizeAligned) != AbiAttr.None);
                FinishAlloc(in op, domain, range == null ? 0 : range->PfnLo, ref result);
                break;
            case AbiOpKind.IovaAllocFast:
                if (!domain.HasRcaches)
                {
                    result.Status = AbiStatus.BadOp;
                    return;
                }
                ulong pfn = domain.AllocFast(
                    op.Size, op.Arg, (op.Attrs & AbiAttr.FlushRcache) != AbiAttr.None);
                FinishAlloc(in op, domain, pfn, ref result);
                break;
            case AbiOpKind.IovaReserve:
                FinishLookup(in op, domain, domain.Reserve(op.Arg, op.Offset), ref result);
                break;
            default:
                FinishLookup(in op, domain, domain.Find(op.Arg), ref result);
                break;
        }
    }

    private void FinishLookup(
        in AbiOp op, IovaDomain domain, IovaRange* range, ref AbiResult result)
    {
        if (range == null)
        {
            result.Status = AbiStatus.MappingError;
        }
        else
        {
            result.Value = range->PfnLo;
        }
        ObserveIova(domain, op.Arg, 0, ref result);
    }

    private void FinishAlloc(in AbiOp op, IovaDomain domain, ulong pfn, ref AbiResult result)
    {
        if (pfn == 0)
        {
            result.Status = AbiStatus.MappingError;
            ObserveIova(domain, op.Arg, op.Size, ref result);
            return;
        }
        result.Value = pfn;
        _mappingsTouched = Math.Max(_mappingsTouched, (int)op.Mapping + 1);
        _mappings[op.Mapping] = new Mapping
        {
            Live = true,
            MadeBy = op.Kind,
            Device = op.Device,
            Buffer = Mapping.NoBuffer,
            Address = pfn,
            Size = op.Size,
        };
        ObserveIova(domain, pfn, op.Size, ref result);
    }

    private void FreeIova(in AbiOp op, ref AbiResult result)
    {
        if (op.Mapping >= MappingCapacity)
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        ref Mapping mapping = ref _mappings[op.Mapping];
        if (!mapping.Live)
        {
            result.Status = AbiStatus.Skipped;
            return;
        }
        bool fast = op.Kind == AbiOpKind.IovaFreeFast;
        if (mapping.MadeBy != AbiOpKind.IovaAllocFast
            && (fast || mapping.MadeBy != AbiOpKind.IovaAlloc))
        {
            result.Status = AbiStatus.BadOp;
            return;
        }
        IovaDomain domain = _domains[mapping.Device]!;
        if (fast)
        {
            domain.FreeFast(mapping.Address, mapping.Size);
        }
        else
        {
            domain.Free(mapping.Address);
        }
        mapping.Live = false;
        ObserveIova(domain, mapping.Address, mapping.Size, ref result);
    }
}
