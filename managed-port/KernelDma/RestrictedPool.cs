// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>struct reserved_mem, a "restricted-dma-pool" node that was set up.</summary>
public sealed class RestrictedPool
{
    /// <summary>Creates one.</summary>
    /// <param name="start">Physical address.</param>
    /// <param name="bytes">Size.</param>
    public RestrictedPool(ulong start, ulong bytes)
    {
        Start = start;
        Bytes = bytes;
    }

    /// <summary>Physical address.</summary>
    public ulong Start { get; }

    /// <summary>Bytes.</summary>
    public ulong Bytes { get; }

    /// <summary>The pool; null until a device is attached.</summary>
    public IoTlbMem? Mem { get; set; }
}
