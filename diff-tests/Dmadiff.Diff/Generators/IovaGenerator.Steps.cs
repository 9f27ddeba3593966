// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Generators;

/// <content>Single operations, with sizes and limits where off-by-one errors live.</content>
internal sealed partial class IovaGenerator
{
    private ulong Pages() => _random.Index(10) switch
    {
        < 4 => 1,
        < 7 => _random.Between(1, 8),
        < 9 => _random.Between(1, 40),
        _ => _random.Pick(31UL, 32, 33, 63, 64, 100, 512, 4096),
    };

    private ulong Limit(Domain domain)
    {
        var limit = _random.Index(10) switch
        {
            < 5 => domain.Above32 - 1,
            < 6 => domain.Above32,
            < 7 => (domain.Above32 << 4) - 1,
            < 8 => domain.Above32 - _random.Between(1, 0x3000),
            < 9 => domain.Above32 + _random.Below(0x1000),
            _ => domain.Start + _random.Below(0x400),
        };
        return limit < domain.Start + 64 && !_random.Chance(3) ? domain.Above32 * 2 : limit;
    }

    private void Alloc(Domain domain, ulong pages, ulong limit, bool fast, bool? flush = null)
    {
        fast &= domain.HasCaches;
        var name = $"i{_made++}";
        _out.Add(new Operation(
            fast ? OperationKind.IovaAllocFast : OperationKind.IovaAlloc)
        {
            Mapping = name,
            Domain = domain.Name,
            Size = pages,
            Number = limit,
            Attrs = (fast ? flush ?? _random.Chance(50) : _random.Chance(50))
                ? fast ? AbiAttr.FlushRcache : AbiAttr.SizeAligned
                : AbiAttr.None,
        });
        domain.Live.Add(new Live(name, fast));
    }

    private void Free(Domain domain, int index, bool? fast = null)
    {
        var live = domain.Live[index];
        domain.Live.RemoveAt(index);
        var intoCache = live.Fast && domain.HasCaches && (fast ?? _random.Chance(92));
        _out.Add(new Operation(
            intoCache ? OperationKind.IovaFreeFast : OperationKind.IovaFree)
        {
            Mapping = live.Name,
        });
    }

    private void Aside()
    {
        var domain = _random.Pick<Domain>([.. _domains]);
        switch (_random.Index(20))
        {
            case < 7:
                Switch();
                break;
            case < 9:
                TakeDown();
                break;
            case < 11:
                BringUp();
                break;
            case < 14:
                Pass(_random.Pick(1UL, 50, 100, 101, 1000));
                break;
            case < 16:
                _out.Add(new Operation(OperationKind.FailAlloc)
                {
                    Number = _random.Between(1, 4),
                });
                break;
            case 16 when _random.Chance(30):
                Reserve(domain);
                break;
            case 17 when _random.Chance(20):
                _out.Add(new Operation(OperationKind.IovaPut) { Domain = domain.Name });
                _domains.Remove(domain);
                MakeDomain();
                break;
            default:
                _out.Add(new Operation(OperationKind.IovaFind)
                {
                    Domain = domain.Name,
                    Number = domain.Above32 - _random.Between(1, 0x200),
                });
                break;
        }
    }

    private void Switch()
    {
        _cpu = Any(online: true) ?? _cpu;
        _out.Add(new Operation(OperationKind.Cpu) { Number = _cpu });
    }

    private void TakeDown()
    {
        if (Any(online: true) is { } cpu && cpu != _cpu)
        {
            _online[cpu] = false;
            _out.Add(new Operation(OperationKind.CpuDown) { Number = cpu });
        }
    }

    private void BringUp()
    {
        if (Any(online: false) is { } cpu)
        {
            _online[cpu] = true;
            _out.Add(new Operation(OperationKind.CpuUp) { Number = cpu });
        }
    }

    private void Pass(ulong milliseconds) =>
        _out.Add(new Operation(OperationKind.Time) { Number = milliseconds });

    private ulong? Any(bool online)
    {
        ulong[] cpus = [.. _online.Index().Where(c => c.Item == online).Select(c => (ulong)c.Index)];
        return cpus.Length == 0 ? null : _random.Pick(cpus);
    }
}
