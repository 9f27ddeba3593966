// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.FlushPolicies;
using Dmadiff.ManagedPort.Iova;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.Cli.Scaling;

/// <summary>The port of drivers/iommu/iova.c, as an allocator among others.</summary>
internal sealed unsafe class PortAllocator : IRangeAllocator, IDisposable
{
    private const ulong PageBytes = 4096;
    private const ulong NanosecondsPerJiffy = 1_000_000_000 / VirtualClock.JiffiesPerSecond;

    private readonly SimulatedMachine _machine = new();
    private readonly IovaAllocator _iova;
    private readonly IovaDomain _domain;
    private readonly bool _magazines;
    private readonly CacheModel _model;
    private ulong _passed;

    /// <summary>Creates a domain.</summary>
    /// <param name="model">The machine whose memory it uses.</param>
    /// <param name="cpus">How many CPUs there are.</param>
    /// <param name="magazines">Whether the fast paths are used; else the tree alone.</param>
    public PortAllocator(CacheModel model, uint cpus, bool magazines)
    {
        _model = model;
        _magazines = magazines;
        _machine.PowerOn(
            new AbiMachine { MemoryBytes = 1UL << 30, Cpus = cpus }, KernelConfiguration.Default);
        _iova = new IovaAllocator(_machine, IovaProfile.V6_12, model);
        if (_iova.Init(PageBytes, 1, magazines, out IovaDomain? domain) != 0)
        {
            throw new MachineException("there is no memory for the caches of an IOVA domain");
        }
        _domain = domain!;
    }

    /// <inheritdoc/>
    public ulong? Allocate(uint cpu, in RangeRequest request)
    {
        RunOn(cpu);
        if (_magazines)
        {
            ulong pfn = _domain.AllocFast(request.Pages, request.LimitPfn, flushRcache: true);
            return pfn == 0 ? null : pfn;
        }
        IovaRange* range = _domain.Alloc(request.Pages, request.LimitPfn, sizeAligned: true);
        return range == null ? null : range->PfnLo;
    }

    /// <inheritdoc/>
    public void Free(uint cpu, ulong pfn, ulong pages)
    {
        RunOn(cpu);
        if (_magazines)
        {
            _domain.FreeFast(pfn, pages);
        }
        else
        {
            _domain.Free(pfn);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _iova.Dispose();
        _machine.Dispose();
    }

    /// <summary>Work that is due by now runs first, on this CPU.</summary>
    private void RunOn(uint cpu)
    {
        _machine.Cpus.TrySwitch(cpu);
        ulong jiffies = _model.Now / NanosecondsPerJiffy;
        if (jiffies > _passed)
        {
            _machine.Deferred.PassTime(jiffies - _passed);
            _passed = jiffies;
        }
    }
}
