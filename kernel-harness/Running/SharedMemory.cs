// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.InteropServices;

namespace Dmadiff.KernelHarness.Running;

/// <summary>Memory that another process can be given.</summary>
internal sealed unsafe class SharedMemory : IDisposable
{
    private const int ReadWrite = 3;
    private const int Shared = 1;
    private readonly nuint _bytes;
    private readonly nint _start;

    /// <summary>Makes zeroed memory, of which only what is touched takes any.</summary>
    /// <param name="bytes">How much.</param>
    /// <exception cref="UserErrorException">The host refuses.</exception>
    public SharedMemory(ulong bytes)
    {
        _bytes = (nuint)bytes;
        Descriptor = Descriptors.MemoryFile("dmadiff");
        _start = Posix.Truncate(Descriptor, (long)bytes) == 0
            ? Posix.Map(0, _bytes, ReadWrite, Shared, Descriptor, 0)
            : -1;
        if (_start == -1)
        {
            throw new UserErrorException(
                $"no shared memory: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>The file that it is.</summary>
    public int Descriptor { get; }

    /// <summary>Where an offset of it is.</summary>
    public byte* At(ulong offset) => (byte*)_start + offset;

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = Posix.Unmap(_start, _bytes);
        _ = Posix.Close(Descriptor);
    }
}
