// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iova;

/// <summary>A struct iova_rcache: free ranges of one size, by CPU and shared.</summary>
public sealed unsafe class IovaRcache
{
    /// <summary>What one CPU keeps; an entry a CPU.</summary>
    internal readonly CpuCache[] Cpus;

    /// <summary>The work that shrinks the depot, where there is such work.</summary>
    internal readonly DelayedWork Work;

    /// <summary>The magazines that all CPUs share.</summary>
    internal IovaDepot Depot;

    /// <summary>The depot's lock.</summary>
    internal uint DepotLock;

    /// <summary>Creates one without magazines.</summary>
    /// <param name="cpus">CPUs, 1 to 128.</param>
    /// <param name="shrink">What its work does.</param>
    /// <param name="observer">Is told what memory is touched; null for nobody.</param>
    internal IovaRcache(uint cpus, Action<IovaRcache> shrink, IMemoryObserver? observer)
    {
        DepotLine = observer?.Place((int)cpus + 1) ?? 0;
        Cpus = new CpuCache[cpus];
        Work = new DelayedWork(() => shrink(this));
    }

    /// <summary>The cache line of the depot and its lock.</summary>
    internal nint DepotLine { get; }

    /// <summary>The cache line of what a CPU keeps.</summary>
    internal nint LineOf(uint cpu) => DepotLine + (((nint)cpu + 1) * IMemoryObserver.LineBytes);

    /// <summary>The magazines in the depot.</summary>
    public IovaDepot SharedMagazines => Depot;

    /// <summary>The magazine that a CPU works with, or null.</summary>
    public IovaMagazine* LoadedOf(uint cpu) => Cpus[cpu].Loaded;

    /// <summary>The magazine that a CPU had loaded before, or null.</summary>
    public IovaMagazine* PreviousOf(uint cpu) => Cpus[cpu].Previous;

    /// <summary>A struct iova_cpu_rcache.</summary>
    internal struct CpuCache
    {
        /// <summary>Where frees go and allocations come from.</summary>
        public IovaMagazine* Loaded;

        /// <summary>Either full or empty, mostly: a CPU that frees and allocates in turn
        /// changes between the two, and leaves the depot alone.</summary>
        public IovaMagazine* Previous;

        /// <summary>Its lock, as other CPUs may empty it.</summary>
        public uint Lock;

        /// <summary>Swaps the two.</summary>
        public void Swap()
        {
            IovaMagazine* loaded = Loaded;
            Loaded = Previous;
            Previous = loaded;
        }
    }
}
