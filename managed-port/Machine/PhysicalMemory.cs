// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Dmadiff.Bindings;

namespace Dmadiff.ManagedPort.Machine;

/// <summary>
/// RAM, the physical range [0, <see cref="Bytes"/>). It is a sparse private mapping of the
/// host: only pages that were touched cost memory, and forgetting them all is one call.
/// </summary>
public sealed unsafe partial class PhysicalMemory : IDisposable
{
    /// <summary>Bytes of a page of the host.</summary>
    private const ulong HostPageBytes = 4096;

    private const int ProtReadWrite = 1 | 2;
    private const int MapPrivateAnonymousNoReserve = 0x02 | 0x20 | 0x4000;
    private const int AdviseDontNeed = 4;

    // Below this, clearing by hand costs less than a system call and the faults after it.
    private const ulong LazyZeroBytes = 128 * 1024;

    private byte* _base;

    /// <summary>Bytes of RAM; 0 before the first <see cref="PowerOn"/>.</summary>
    public ulong Bytes { get; private set; }

    /// <summary>Forgets all contents; every byte is zero afterwards.</summary>
    /// <param name="bytes">Size of RAM, above 0.</param>
    /// <exception cref="MachineException">The host has no room for that much.</exception>
    public void PowerOn(ulong bytes)
    {
        if (bytes == Bytes)
        {
            Forget(_base, bytes);
            return;
        }
        Unmap();
        nint start = Mmap(
            0, (nuint)bytes, ProtReadWrite, MapPrivateAnonymousNoReserve, -1, 0);
        if (start == -1)
        {
            throw new MachineException(
                $"this host cannot map {bytes} bytes of simulated RAM "
                + $"(mmap failed with errno {Marshal.GetLastPInvokeError()})");
        }
        _base = (byte*)start;
        Bytes = bytes;
    }

    /// <summary>Whether [address, address + size) lies wholly inside RAM.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(ulong address, ulong size) =>
        address <= Bytes && size <= Bytes - address;

    /// <summary>Host pointer to a range of RAM.</summary>
    /// <param name="address">Physical address.</param>
    /// <param name="size">Bytes that will be accessed there.</param>
    /// <param name="where">Kernel function to name when the range leaves RAM.</param>
    /// <exception cref="KernelDeathException">The range leaves RAM.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* At(ulong address, ulong size, string where)
    {
        if (!Contains(address, size))
        {
            KernelDeathException.Fault(where, address);
        }
        return _base + address;
    }

    /// <summary>virt_to_phys(): where in RAM a host pointer points.</summary>
    public ulong AddressOf(void* pointer) => (ulong)((byte*)pointer - _base);

    /// <summary>Clears a range of RAM.</summary>
    /// <param name="address">Physical address.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="where">Kernel function to name when the range leaves RAM.</param>
    /// <exception cref="KernelDeathException">The range leaves RAM.</exception>
    public void Zero(ulong address, ulong size, string where)
    {
        byte* start = At(address, size, where);
        ulong head = (HostPageBytes - (address & (HostPageBytes - 1))) & (HostPageBytes - 1);
        if (size < LazyZeroBytes)
        {
            NativeMemory.Clear(start, (nuint)size);
            return;
        }
        ulong pages = (size - head) & ~(HostPageBytes - 1);
        NativeMemory.Clear(start, (nuint)head);
        Forget(start + head, pages);
        NativeMemory.Clear(start + head + pages, (nuint)(size - head - pages));
    }

    /// <summary>Copies RAM out, as far as there is RAM.</summary>
    /// <param name="address">Physical address.</param>
    /// <param name="bytes">Where to.</param>
    /// <returns>Bytes copied.</returns>
    public int Read(ulong address, Span<byte> bytes)
    {
        if (address >= Bytes)
        {
            return 0;
        }
        int count = (int)Math.Min((ulong)bytes.Length, Bytes - address);
        new ReadOnlySpan<byte>(_base + address, count).CopyTo(bytes);
        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => Unmap();

    private static void Forget(byte* start, ulong bytes)
    {
        if (bytes != 0 && Madvise((nint)start, (nuint)bytes, AdviseDontNeed) != 0)
        {
            throw new MachineException(
                "this host cannot clear simulated RAM (madvise failed with errno "
                + $"{Marshal.GetLastPInvokeError()})");
        }
    }

    private void Unmap()
    {
        if (_base != null)
        {
            _ = Munmap((nint)_base, (nuint)Bytes);
            _base = null;
            Bytes = 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Mmap(
        nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Munmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Madvise(nint address, nuint length, int advice);
}
