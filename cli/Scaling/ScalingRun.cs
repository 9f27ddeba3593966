// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Generators;
using Dmadiff.ManagedPort.FlushPolicies;

namespace Dmadiff.Cli.Scaling;

/// <summary>
/// Drivers on many CPUs that map and unmap, on a modelled machine. The CPU whose clock is least
/// goes next, and does one mapping as a whole; of equal clocks, the lowest CPU.
/// </summary>
internal sealed class ScalingRun : IDisposable
{
    // Until a queue for all was full several times, and the 4 GiB of bitmaps were gone through,
    // nothing is counted; nor until what each CPU has of its own has been so.
    private const int LeastSteps = 1 << 18;
    private const int CountedEach = 256;

    /// <summary>Mappings of each CPU before any is counted: its queue was full twice.</summary>
    public const int UsualWarmUp = 640;

    // For 64-bit devices: with bitmaps and parts, the address space ends sooner.
    private const ulong LimitPfn = (1UL << 36) - 1;
    private const uint AmdSubranges = 32;
    private const uint SmallSubrangePages = 1024;

    private readonly Workload _workload;
    private readonly int _cpus;
    private readonly CacheModel _model;
    private readonly ModelIotlb _iotlb;
    private readonly IRangeAllocator _allocator;
    private readonly FlushQueue? _queue;
    private readonly FlushKind _flush;
    private readonly bool _eachHasItsOwn;
    private readonly int _warmUpEach;
    private readonly MappedRings _rings;
    private readonly SeedStream _random;
    private readonly PriorityQueue<int, (ulong Time, int Cpu)> _next = new();
    private int _timerCpu;
    private ulong _mapped;
    private ulong _refused;

    /// <summary>Sets one up.</summary>
    /// <param name="contender">What is measured.</param>
    /// <param name="workload">Who unmaps.</param>
    /// <param name="cpus">How many CPUs, above 0.</param>
    /// <param name="seed">Which sizes are drawn.</param>
    /// <param name="warmUpEach">Mappings of each CPU before any is counted, of what keeps
    /// something for each CPU.</param>
    public ScalingRun(
        Contender contender,
        Workload workload,
        int cpus,
        ulong seed,
        int warmUpEach = UsualWarmUp)
    {
        _warmUpEach = warmUpEach;
        _workload = workload;
        _cpus = cpus;
        _flush = contender.Flush;
        _eachHasItsOwn = contender.Flush == FlushKind.LazyPerCpu
            || contender.Allocator
                is AllocatorKind.Magazines or AllocatorKind.SubrangePerCpu;
        _model = new CacheModel(cpus);
        _iotlb = new ModelIotlb(_model);
        _allocator = Create(contender);
        _rings = new MappedRings(cpus);
        _random = new SeedStream(seed, (ulong)cpus);
        _queue = contender.Flush switch
        {
            FlushKind.LazyPerCpu => Queue(FlushQueueKind.PerCpu),
            FlushKind.LazySingle => Queue(FlushQueueKind.Single),
            _ => null,
        };
    }

    /// <summary>Runs it, once.</summary>
    /// <returns>What was counted, when all was warm.</returns>
    public ScalingFigures Run()
    {
        for (int cpu = 0; cpu < _cpus; cpu++)
        {
            // They do not all start at once.
            _model.Cpu = cpu;
            _model.Pass(_random.Below(ModelCosts.BetweenMappings));
            _next.Enqueue(cpu, (_model.Now, cpu));
        }
        Steps(_eachHasItsOwn ? Math.Max((long)_warmUpEach * _cpus, LeastSteps) : LeastSteps);
        _model.Recount();
        _iotlb.Recount();
        _mapped = 0;
        _refused = 0;
        Steps(_eachHasItsOwn ? Math.Max(CountedEach * _cpus, LeastSteps) : LeastSteps);
        double mappings = Math.Max(_mapped, 1);
        return new ScalingFigures(
            _model.Locks / mappings,
            _model.Contended / mappings,
            _model.Transfers / mappings,
            _iotlb.Flushes / mappings,
            _iotlb.MostUnflushed,
            _refused / (double)(_mapped + _refused));
    }

    /// <inheritdoc/>
    public void Dispose() => (_allocator as IDisposable)?.Dispose();

    private IRangeAllocator Create(Contender contender)
    {
        IIotlb flushed = contender.Flush == FlushKind.BeforeReuse ? _iotlb : new NoIotlb();
        uint cpus = (uint)_cpus;
        return contender.Allocator switch
        {
            AllocatorKind.Tree => new PortAllocator(_model, cpus, magazines: false),
            AllocatorKind.Magazines => new PortAllocator(_model, cpus, magazines: true),
            AllocatorKind.Bitmap => new RoundRobinAllocator(flushed, _model),
            AllocatorKind.Subranges => new SubrangeAllocator(
                AmdSubranges, RoundRobinAllocator.RangePages, cpus, flushed, _model),
            _ => new SubrangeAllocator(cpus, SmallSubrangePages, cpus, flushed, _model),
        };
    }

    private FlushQueue Queue(FlushQueueKind kind) =>
        new(kind, (uint)_cpus, _iotlb, _allocator, _model);

    private void Steps(long count)
    {
        for (long i = 0; i < count; i++)
        {
            _model.Cpu = _next.Dequeue();
            RunTimer();
            int cpu = _model.Cpu;
            Unmap(cpu);
            Map(cpu);
            _model.Pass(ModelCosts.BetweenMappings);
            _next.Enqueue(cpu, (_model.Now, cpu));
        }
    }

    /// <summary>A timer that is due by now runs first, on the CPU that set it.</summary>
    private void RunTimer()
    {
        if (_queue?.DueNanoseconds is { } due && due <= _model.Now)
        {
            int cpu = _model.Cpu;
            _model.Cpu = _timerCpu;
            _model.WaitUntil(due);
            _queue.Expire((uint)_timerCpu);
            _model.Cpu = cpu;
        }
    }

    private void Unmap(int cpu)
    {
        int owner = _workload == Workload.SameCpu ? cpu : (cpu + _cpus - 1) % _cpus;
        if (!_rings.TryTakeOldest(owner, out (ulong Pfn, ulong Pages) oldest))
        {
            return;
        }
        _iotlb.Unmapped();
        if (_queue is not null)
        {
            bool timerOn = _queue.DueNanoseconds is not null;
            _queue.Add((uint)cpu, oldest.Pfn, oldest.Pages, _model.Now);
            _timerCpu = timerOn ? _timerCpu : cpu;
            return;
        }
        if (_flush == FlushKind.Strict)
        {
            _iotlb.FlushRange(oldest.Pfn, oldest.Pages);
        }
        _allocator.Free((uint)cpu, oldest.Pfn, oldest.Pages);
    }

    private void Map(int cpu)
    {
        if (_rings.IsFull(cpu))
        {
            return;
        }
        ulong pages = DrawPages();
        var request = RangeRequest.SizeAligned(pages, LimitPfn);
        if (_allocator.Allocate((uint)cpu, request) is { } pfn)
        {
            _rings.Add(cpu, pfn, pages);
            _mapped++;
        }
        else
        {
            _refused++;
        }
    }

    /// <summary>Mostly a page, as of a network device; sometimes 64 pages, which magazines do
    /// not hold.</summary>
    private ulong DrawPages() => _random.Below(100) switch
    {
        < 60 => 1,
        < 75 => 2,
        < 85 => 4,
        < 93 => 8,
        < 98 => 16,
        _ => 64,
    };
}
