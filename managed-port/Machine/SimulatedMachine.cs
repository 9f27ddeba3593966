// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Machine;

/// <summary>
/// The machine that the port runs on, as kernel-harness/services/SPEC.md describes it.
/// </summary>
public sealed class SimulatedMachine : IDisposable
{
    /// <summary>Creates a machine that is off.</summary>
    public SimulatedMachine()
    {
        Slab = new Slab(Failure);
        Pages = new PageAllocator(Memory, Regions, Failure, Log);
        Deferred = new DeferredWork(Clock);
    }

    /// <summary>RAM.</summary>
    public PhysicalMemory Memory { get; } = new();

    /// <summary>Which ranges of RAM are taken.</summary>
    public RegionMap Regions { get; } = new();

    /// <summary>The failure that fail_alloc arms.</summary>
    public AllocationFailure Failure { get; } = new();

    /// <summary>The slab.</summary>
    public Slab Slab { get; }

    /// <summary>Memblock and the page allocator.</summary>
    public PageAllocator Pages { get; }

    /// <summary>The clock.</summary>
    public VirtualClock Clock { get; } = new();

    /// <summary>Work, at once or when it is due.</summary>
    public DeferredWork Deferred { get; }

    /// <summary>The CPUs.</summary>
    public Cpus Cpus { get; } = new();

    /// <summary>The kernel log.</summary>
    public Log Log { get; } = new();

    /// <summary>Turns the power off and on again.</summary>
    /// <param name="memoryBytes">Bytes of RAM, above 0.</param>
    /// <param name="cpus">CPUs, 1 to 128.</param>
    /// <param name="pageShift">log2 of a page's bytes.</param>
    /// <exception cref="Dmadiff.Bindings.MachineException">The host has no room.</exception>
    public void PowerOn(ulong memoryBytes, uint cpus, int pageShift)
    {
        Slab.PowerOff();
        Memory.PowerOn(memoryBytes);
        Regions.PowerOn(memoryBytes);
        Pages.PowerOn(pageShift);
        Failure.Arm(0);
        Clock.PowerOn();
        Deferred.PowerOn();
        Cpus.PowerOn(cpus);
        Log.PowerOn();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Slab.Dispose();
        Memory.Dispose();
    }
}
