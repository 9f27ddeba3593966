// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Bindings;

/// <summary>A machine and everything declared on it, ready to boot.</summary>
/// <param name="Machine">Memory, CPUs, how swiotlb is set up.</param>
/// <param name="Cmdline">The kernel command line, such as "swiotlb=512,4,force".</param>
/// <param name="Pools">Restricted pools, in order; pool 0 of the ABI is the default pool,
/// so <c>Pools[0]</c> is its pool 1.</param>
/// <param name="Devices">Devices, in order.</param>
/// <param name="Buffers">Buffers, in order.</param>
public sealed record Setup(
    AbiMachine Machine,
    string Cmdline,
    AbiPool[] Pools,
    AbiDevice[] Devices,
    AbiBuffer[] Buffers)
{
    /// <summary>How the kernel is configured that runs on it.</summary>
    public KernelConfiguration Configuration { get; init; } = KernelConfiguration.Default;

    /// <summary>
    /// Boot steps, each with one result: cmdline, every pool, the machine, every device,
    /// every buffer.
    /// </summary>
    public int StepCount => 2 + Pools.Length + Devices.Length + Buffers.Length;
}
