// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Traces;

/// <summary>
/// What a machine is made of and what is done on it, in the words of the trace language.
/// Two traces are equal when they say the same, wherever they were written.
/// </summary>
public sealed record Trace
{
    /// <summary>The version of the trace language, in the first line of every trace.</summary>
    public const int Version = 1;

    /// <summary>Comment lines above the version line, without "# "; the first is the
    /// headline.</summary>
    public ValueList<string> Comments { get; init; } = [];

    /// <summary>Memory, CPUs and how swiotlb is set up.</summary>
    public MachineDeclaration Machine { get; init; } = new();

    /// <summary>The kernel command line; empty when there is none.</summary>
    public string Cmdline { get; init; } = "";

    /// <summary>Restricted pools, in order.</summary>
    public ValueList<PoolDeclaration> Pools { get; init; } = [];

    /// <summary>Devices, in order.</summary>
    public ValueList<DeviceDeclaration> Devices { get; init; } = [];

    /// <summary>Buffers that drivers own, in order.</summary>
    public ValueList<BufferDeclaration> Buffers { get; init; } = [];

    /// <summary>What is done, in order.</summary>
    public ValueList<Operation> Operations { get; init; } = [];

    /// <summary>How the kernel is configured: what the machine line says, and what else the
    /// declarations need.</summary>
    public KernelConfiguration Configuration => Machine.Configuration
        .With(KernelOption.Highmem, Machine.HighmemFrom > 0)
        .With(KernelOption.Numa, Machine.Nodes > 1)
        .With(KernelOption.Xen, Machine.Xen != XenGuest.None)
        .With(
            KernelOption.NonCoherent,
            Machine.Configuration.Has(KernelOption.NonCoherent)
                || Devices.Any(device => !device.IsCoherent));
}

/// <summary>The machine a trace runs on.</summary>
public sealed record MachineDeclaration
{
    /// <summary>RAM, in bytes.</summary>
    public ulong MemoryBytes { get; init; } = 1UL << 30;

    /// <summary>Virtual CPUs, 1 to 128.</summary>
    public ulong Cpus { get; init; } = 4;

    /// <summary>swiotlb_init() is told that some device cannot reach all memory.</summary>
    public bool AddressingLimit { get; init; } = true;

    /// <summary>The default pool may lie above 4 GiB.</summary>
    public bool SwiotlbAny { get; init; }

    /// <summary>Everything is bounced, by the flag of the architecture.</summary>
    public bool SwiotlbForce { get; init; }

    /// <summary>A kernel that had crashed started this one.</summary>
    public bool IsKdump { get; init; }

    /// <summary>Bytes asked of swiotlb_init_late(), or 0 when the pool is made early.</summary>
    public ulong LateInitBytes { get; init; }

    /// <summary>Page size and options of the kernel, but for those that come with other
    /// settings; see <see cref="Trace.Configuration"/>.</summary>
    public KernelConfiguration Configuration { get; init; } = KernelConfiguration.Default;

    /// <summary>Memory from this physical address on is high memory, which has no address
    /// until it is mapped; 0 when there is none.</summary>
    public ulong HighmemFrom { get; init; }

    /// <summary>Whether it is a guest of a hypervisor.</summary>
    public XenGuest Xen { get; init; }

    /// <summary>Bytes of a Pv guest's memory that are contiguous in the machine's, a power of
    /// two from 4 KiB to 1 GiB.</summary>
    public ulong XenRunBytes { get; init; } = 64 << 10;

    /// <summary>The hypervisor has the hypercall that flushes caches.</summary>
    public bool XenCacheFlush { get; init; } = true;

    /// <summary>NUMA nodes, 1 to 4, each with an equal part of memory.</summary>
    public ulong Nodes { get; init; } = 1;
}

/// <summary>A reserved-memory node that is a restricted DMA pool.</summary>
/// <param name="Name">What operations call it.</param>
/// <param name="Base">Physical address.</param>
/// <param name="Bytes">Size in bytes.</param>
public sealed record PoolDeclaration(string Name, ulong Base, ulong Bytes);

/// <summary>A device, with what limits its DMA.</summary>
/// <param name="Name">What operations call it.</param>
public sealed record DeviceDeclaration(string Name)
{
    /// <summary>Width of the DMA mask in bits, 1 to 64.</summary>
    public ulong MaskBits { get; init; } = 32;

    /// <summary>Highest address its bus can reach, or 0 for no limit.</summary>
    public ulong BusLimit { get; init; }

    /// <summary>Address bits that a bounce must preserve, 0 or 2^n - 1.</summary>
    public ulong MinAlignMask { get; init; }

    /// <summary>A segment must not cross a multiple of this mask plus one byte.</summary>
    public ulong SegBoundaryMask { get; init; } = 0xffffffff;

    /// <summary>Longest segment in bytes.</summary>
    public ulong MaxSegmentBytes { get; init; } = 64 << 10;

    /// <summary>Its accesses go through the CPUs' caches.</summary>
    public bool IsCoherent { get; init; } = true;

    /// <summary>It belongs to a guest of Xen: its addresses are the machine's.</summary>
    public bool IsOfXen { get; init; }

    /// <summary>Its NUMA node.</summary>
    public ulong Node { get; init; }

    /// <summary>Its restricted pool, or empty for the default pool.</summary>
    public string Pool { get; init; } = "";

    /// <summary>Width of the mask for coherent memory in bits, 1 to 64; 0 for the 32 that it
    /// has when its driver does not say.</summary>
    public ulong CoherentMaskBits { get; init; }

    /// <summary>Physical address of coherent memory of its own.</summary>
    public ulong CoherentBase { get; init; }

    /// <summary>Size of that in bytes, or 0 when it has none.</summary>
    public ulong CoherentBytes { get; init; }

    /// <summary>The IOMMU before it, if there is one.</summary>
    public IommuDeclaration Iommu { get; init; } = new();
}

/// <summary>Memory that a driver owns and maps for devices.</summary>
/// <param name="Name">What operations call it.</param>
/// <param name="Bytes">Size in bytes.</param>
/// <param name="At">Physical address, or null to have one chosen.</param>
public sealed record BufferDeclaration(string Name, ulong Bytes, ulong? At = null);
