// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Generators;

/// <summary>
/// Makes traces over IOVA domains that reach the states which are hard to reach: fragments,
/// limits around 4 GiB, magazines and depots that overflow, frees on other CPUs, CPUs that
/// go, allocations that fail, spaces that fill up.
/// </summary>
internal sealed partial class IovaGenerator
{
    private const int MagazinePfns = 127;

    // Those of a full depot, a CPU's two, and some that do not fit.
    private const int DepotMagazines = 32 + 2 + 3;
    private const ulong Page = 4096;

    // One trace in this many fills a depot, which takes thousands of operations.
    private const int RarelyDeep = 12;

    private readonly SeedStream _random;
    private readonly List<Operation> _out = [];
    private readonly List<Domain> _domains = [];
    private readonly bool[] _online;
    private readonly bool _narrow;
    private ulong _cpu;
    private int _made;

    private sealed record Live(string Name, bool Fast);

    private sealed class Domain(string name, ulong start, int granuleBits, bool caches)
    {
        public string Name { get; } = name;

        public ulong Start { get; } = start;

        public bool HasCaches { get; } = caches;

        /// <summary>First pfn above 4 GiB.</summary>
        public ulong Above32 { get; } = 1UL << (32 - granuleBits);

        /// <summary>Last pfn of what was reserved last.</summary>
        public ulong LastReserved { get; set; } = start;

        public List<Live> Live { get; } = [];
    }

    public IovaGenerator(SeedStream random)
    {
        _random = random;
        _online = new bool[random.Pick(1, 1, 2, 2, 3, 4, 8)];
        Array.Fill(_online, true);
        _narrow = random.Chance(35);
    }

    /// <summary>One trace.</summary>
    public Trace Make()
    {
        MakeDomain();
        if (_random.Chance(30))
        {
            MakeDomain();
        }

        var length = (int)_random.Between(60, 500);
        if (_random.Index(RarelyDeep) == 0)
        {
            Overflow(DepotMagazines * MagazinePfns);
        }

        while (_out.Count < length)
        {
            RunPhase();
            _out.Add(new Operation(OperationKind.Check));
        }

        Finish();
        return new Trace
        {
            Machine = new MachineDeclaration
            {
                MemoryBytes = 64UL << 20,
                Cpus = (ulong)_online.Length,
            },
            Operations = ValueList.From(_out),
        };
    }

    private void RunPhase()
    {
        switch (_random.Index(12))
        {
            case < 4:
                Mix((int)_random.Between(20, 80), make: 55);
                break;
            case < 6:
                Mix((int)_random.Between(20, 80), make: 25);
                break;
            case 6 or 7:
                Overflow((int)_random.Between(100, 700));
                break;
            case 8:
                Exhaust(_random.Pick<Domain>([.. _domains]));
                break;
            case 9:
                Fragment(_random.Pick<Domain>([.. _domains]));
                break;
            default:
                for (var i = _random.Index(6); i >= 0; i--)
                {
                    Aside();
                }

                break;
        }
    }

    private void MakeDomain()
    {
        var bits = _random.Pick(12, 12, 12, 12, 10, 9);
        var above32 = 1UL << (32 - bits);

        // A narrow one is soon full: what is free lies between its start and 4 GiB.
        var start = _narrow
            ? above32 - _random.Pick(16UL, 64, 100, 256, 1024)
            : _random.Pick(1UL, 1, 1, 2, 0x100, above32 - 0x4000, above32 + 1);
        var caches = !_random.Chance(10);
        var name = Enumerable.Range(0, int.MaxValue).Select(i => $"v{i}")
            .First(n => _domains.TrueForAll(d => d.Name != n));

        // Released kernels do not all survive it: most traces are to go on.
        if (_random.Index(60) == 0)
        {
            _out.Add(new Operation(OperationKind.FailAlloc) { Number = _random.Between(1, 20) });
        }

        _out.Add(new Operation(OperationKind.IovaInit)
        {
            Domain = name,
            Size = Page >> (12 - bits),
            Number = start,
            Attrs = caches ? AbiAttr.None : AbiAttr.NoRcaches,
        });
        var domain = new Domain(name, start, bits, caches);
        _domains.Add(domain);
        for (var i = _random.Index(4); i > 0; i--)
        {
            Reserve(domain);
        }
    }

    private void Reserve(Domain domain)
    {
        var first = _random.Index(6) switch
        {
            < 2 => domain.Above32 - _random.Between(1, 0x1200),
            < 4 => domain.Start + _random.Below(0x2000),
            _ => domain.LastReserved + _random.Pick(0UL, 0, 1),
        };
        domain.LastReserved = first + _random.Pick(0UL, 1, 7, 0xff, 0x123);
        _out.Add(new Operation(OperationKind.IovaReserve)
        {
            Domain = domain.Name,
            Number = first,
            Offset = domain.LastReserved,
        });
    }

    private void Mix(int count, int make)
    {
        for (var i = 0; i < count; i++)
        {
            var domain = _random.Pick<Domain>([.. _domains]);
            var roll = _random.Index(100);
            if (roll < make || domain.Live.Count == 0)
            {
                Alloc(domain, Pages(), Limit(domain), fast: _random.Chance(65));
            }
            else if (roll < 90)
            {
                Free(domain, _random.Index(domain.Live.Count));
            }
            else
            {
                Aside();
            }
        }
    }

    // So many of one size, freed on another CPU than they came from: magazines fill up, go
    // to the depot, and come back from it.
    private void Overflow(int count)
    {
        var domain = _random.Pick<Domain>([.. _domains]);
        var pages = _random.Pick(1UL, 1, 2, 3, 4, 8, 16, 32);
        var limit = Limit(domain);
        var first = domain.Live.Count;
        for (var i = 0; i < count; i++)
        {
            Alloc(domain, pages, limit, fast: true);
        }

        if (_random.Chance(70))
        {
            Switch();
        }

        var backwards = _random.Chance(50);
        while (domain.Live.Count > first)
        {
            Free(domain, backwards ? domain.Live.Count - 1 : first, fast: true);
        }

        switch (_random.Index(5))
        {
            case 4:
                Drain(domain, pages, limit, Math.Min(count, 3 * MagazinePfns));
                break;
            case 0:
                Pass(_random.Pick(50UL, 99, 100, 101, 350, 10000));
                break;
            case 1:
                Alloc(domain, pages * 2, limit, fast: true, flush: true);
                break;
            case 2:
                TakeDown();
                break;
        }
    }

    // Back out of the magazines, until they are empty.
    private void Drain(Domain domain, ulong pages, ulong limit, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Alloc(domain, pages, limit, fast: true);
        }
    }

    // One size until there is no more room, then some room, then the same again.
    private void Exhaust(Domain domain)
    {
        var pages = _random.Pick(1UL, 4, 16, 64);
        var limit = Math.Max(domain.Start, domain.Above32 - _random.Pick(1UL, 1, 2, 17));
        var count = _narrow ? Math.Min(140, (int)((limit - domain.Start) / pages) + 3) : 40;
        var fast = _random.Chance(60);
        for (var i = 0; i < count; i++)
        {
            Alloc(domain, pages, limit, fast);
        }

        for (var i = count / 2; i > 0 && domain.Live.Count > 0; i--)
        {
            Free(domain, _random.Index(domain.Live.Count));
        }

        for (var i = 0; i < 5; i++)
        {
            Alloc(domain, pages * _random.Pick(1UL, 2), limit, fast, flush: i > 2);
        }
    }

    // Every second range goes, so that what is free is in small pieces.
    private void Fragment(Domain domain)
    {
        var limit = Limit(domain);
        var pages = Pages();
        var first = domain.Live.Count;
        for (var i = 0; i < 30; i++)
        {
            Alloc(domain, pages, limit, fast: false);
        }

        for (var i = domain.Live.Count - 1; i >= first; i -= 2)
        {
            Free(domain, i);
        }

        for (var i = 0; i < 12; i++)
        {
            Alloc(domain, i % 2 == 0 ? pages : pages + 1, limit, fast: _random.Chance(30));
        }
    }

    private void Finish()
    {
        if (_random.Chance(20))
        {
            return;
        }

        foreach (var domain in _domains)
        {
            while (domain.Live.Count > 0)
            {
                Free(domain, domain.Live.Count - 1);
            }
        }

        _out.Add(new Operation(OperationKind.Check));
        if (_random.Chance(60))
        {
            _out.AddRange(_domains.Select(
                domain => new Operation(OperationKind.IovaPut) { Domain = domain.Name }));

            // What was left to be done later is done now, and must find nothing that is gone.
            _out.Add(new Operation(OperationKind.Time) { Number = 1000 });
        }
    }
}
