// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Xen;

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
        Nodes = new Nodes(Cpus);
        Encryption = new PageEncryption(Log);
        Pages = new PageAllocator(Memory, Regions, Failure, Nodes, Encryption, Log);
        Caches = new CpuCaches(Memory);
        Xen = new XenHypervisor(Memory, Caches, Log);
        Deferred = new DeferredWork(Clock);
        GracePeriods = new GracePeriods(Deferred);
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

    /// <summary>What devices see in the clear.</summary>
    public PageEncryption Encryption { get; }

    /// <summary>The CPUs' caches.</summary>
    public CpuCaches Caches { get; }

    /// <summary>The IOMMU.</summary>
    public IommuHardware Iommu { get; } = new();

    /// <summary>The hypervisor below, if the machine is a guest.</summary>
    public XenHypervisor Xen { get; }

    /// <summary>The NUMA nodes.</summary>
    public Nodes Nodes { get; }

    /// <summary>The clock.</summary>
    public VirtualClock Clock { get; } = new();

    /// <summary>Work, at once or when it is due.</summary>
    public DeferredWork Deferred { get; }

    /// <summary>What waits for RCU.</summary>
    public GracePeriods GracePeriods { get; }

    /// <summary>The CPUs.</summary>
    public Cpus Cpus { get; } = new();

    /// <summary>The kernel log.</summary>
    public Log Log { get; } = new();

    /// <summary>Turns the power off and on again.</summary>
    /// <param name="machine">RAM, above 0 bytes; CPUs, 1 to 128.</param>
    /// <param name="configuration">Of the kernel that runs on it.</param>
    /// <exception cref="MachineException">The host has no room.</exception>
    public void PowerOn(AbiMachine machine, KernelConfiguration configuration)
    {
        Slab.PowerOff();
        ulong memoryBytes = machine.MemoryBytes;
        ulong lowEnd = machine.HighmemFrom != 0 ? machine.HighmemFrom : memoryBytes;
        Memory.PowerOn(memoryBytes);
        Regions.PowerOn(memoryBytes, lowEnd);
        Nodes.PowerOn(machine.Nodes, memoryBytes, configuration.PageBytes);
        Pages.PowerOn(configuration.PageShift);
        Encryption.PowerOn(
            configuration.Has(KernelOption.MemoryEncryption), memoryBytes, configuration.PageShift);
        Caches.PowerOn(configuration.Has(KernelOption.NonCoherent), memoryBytes);
        Iommu.PowerOn();
        Xen.PowerOn(machine, configuration.PageBytes);
        Failure.Arm(0);
        Clock.PowerOn();
        Deferred.PowerOn();
        GracePeriods.PowerOn();
        Cpus.PowerOn(machine.Cpus);
        Log.PowerOn();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Slab.Dispose();
        Caches.Dispose();
        Memory.Dispose();
    }
}
