// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.InteropServices;
using System.Text;
using Dmadiff.Bindings;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Coverage;

namespace Dmadiff.KernelHarness.Native;

/// <summary>
/// A machine that runs a kernel's own C. Any number of them may live in one process; each is
/// used by one thread at a time.
/// </summary>
public sealed unsafe class NativeEngine : ICoveredEngine
{
    /// <summary>More than a report can show of a domain.</summary>
    private const int MostMagazines = 4096;

    private readonly LoadedKernel _kernel;
    private readonly AbiEntryPoints _entryPoints;
    private readonly KernelBuild _build;
    private readonly Lazy<CoverageMap> _coverage;
    private bool _disposed;

    /// <summary>Loads a kernel that was built.</summary>
    /// <param name="build">The kernel.</param>
    /// <exception cref="UserErrorException">It cannot be loaded.</exception>
    public NativeEngine(KernelBuild build)
    {
        _build = build;
        _kernel = LoadedKernel.Load(build);
        _entryPoints = _kernel.EntryPoints;
        _coverage = new Lazy<CoverageMap>(
            () => CoverageNotes.MapOf(_build.LibraryPath, ReadCoveredFunctions));
    }

    /// <inheritdoc/>
    public string Name => _build.Name;

    /// <inheritdoc/>
    public EngineCapabilities Lacks => _build.Lacks;

    /// <inheritdoc/>
    public void Boot(Setup setup, Span<AbiResult> results)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        RequireRoom(results.Length, setup.StepCount);
        AbiMachine machine = setup.Machine;
        byte[] cmdline = Encoding.UTF8.GetBytes(setup.Cmdline + '\0');
        int error;
        fixed (byte* cmdlineText = cmdline)
        fixed (AbiPool* pools = setup.Pools)
        fixed (AbiDevice* devices = setup.Devices)
        fixed (AbiBuffer* buffers = setup.Buffers)
        fixed (AbiResult* result = results)
        {
            error = _entryPoints.Boot(
                &machine,
                cmdlineText,
                pools, (uint)setup.Pools.Length,
                devices, (uint)setup.Devices.Length,
                buffers, (uint)setup.Buffers.Length,
                result);
        }

        if (error != 0)
        {
            throw CannotHold(machine, error);
        }
    }

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<AbiOp> ops, Span<AbiResult> results)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        RequireRoom(results.Length, ops.Length);
        fixed (AbiOp* op = ops)
        fixed (AbiResult* result = results)
        {
            _entryPoints.Run(op, (uint)ops.Length, result);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ReadLog(int firstLine)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        const int longestLine = 4096;
        for (int capacity = 16 * longestLine; ; capacity *= 2)
        {
            var text = new byte[capacity];
            int length;
            fixed (byte* start = text)
            {
                length = (int)_entryPoints.ReadLog((uint)firstLine, start, (uint)capacity);
            }

            // Only whole lines are copied: that there was room for one more shows that
            // there was none.
            if (length <= capacity - longestLine)
            {
                string[] lines = PrintableText.Of(Encoding.UTF8.GetString(text, 0, length))
                    .Split('\n');
                return lines[..^1];
            }
        }
    }

    /// <inheritdoc/>
    public CrashReport? ReadCrash()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        AbiCrash crash = default;
        return _entryPoints.ReadCrash(&crash) != 0
            ? CrashDescriber.Describe(crash, new Symboliser(_build.LibraryPath, null))
            : null;
    }

    /// <inheritdoc/>
    public AbiPoolState? ReadPool(int pool)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        AbiPoolState state = default;
        return _entryPoints.ReadPool((uint)pool, &state) != 0 ? state : null;
    }

    /// <inheritdoc/>
    public AbiAreaState[] ReadAreas(int pool)
    {
        if (ReadPool(pool) is not { } state)
        {
            return [];
        }

        var areas = new AbiAreaState[state.Nareas];
        fixed (AbiAreaState* first = areas)
        {
            uint count = _entryPoints.ReadAreas((uint)pool, first, (uint)areas.Length);
            return areas[..(int)count];
        }
    }

    /// <inheritdoc/>
    public AbiSlotState[] ReadSlots(int pool, long first, int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var slots = new AbiSlotState[count];
        fixed (AbiSlotState* start = slots)
        {
            uint read = _entryPoints.ReadSlots((uint)pool, (ulong)first, start, (uint)count);
            return slots[..(int)read];
        }
    }

    /// <inheritdoc/>
    public AbiIovaDomainState? ReadIovaDomain(int domain)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        AbiIovaDomainState state = default;
        return _entryPoints.ReadIovaDomain((uint)domain, &state) != 0 ? state : null;
    }

    /// <inheritdoc/>
    public AbiIovaNodeState[] ReadIovaNodes(int domain, long first, int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var nodes = new AbiIovaNodeState[count];
        fixed (AbiIovaNodeState* start = nodes)
        {
            uint read = _entryPoints.ReadIovaNodes(
                (uint)domain, (ulong)first, start, (uint)count);
            return nodes[..(int)read];
        }
    }

    /// <inheritdoc/>
    public AbiIovaMagazineState[] ReadIovaMagazines(int domain)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var magazines = new AbiIovaMagazineState[MostMagazines];
        fixed (AbiIovaMagazineState* start = magazines)
        {
            uint read = _entryPoints.ReadIovaMagazines(
                (uint)domain, start, (uint)magazines.Length);
            return magazines[..(int)read];
        }
    }

    /// <inheritdoc/>
    public int ReadMemory(ulong address, Span<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        fixed (byte* start = bytes)
        {
            return (int)_entryPoints.ReadMemory(address, start, (uint)bytes.Length);
        }
    }

    /// <inheritdoc/>
    public int ReadBehindCaches(ulong address, Span<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        fixed (byte* start = bytes)
        {
            return (int)_entryPoints.ReadBehindCaches(address, start, (uint)bytes.Length);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<MemoryLeak> ReadLeaks()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var leaks = new AbiLeak[LeakDescriber.Most];
        fixed (AbiLeak* start = leaks)
        {
            uint read = _entryPoints.ReadLeaks(start, (uint)leaks.Length);
            return LeakDescriber.Describe(
                leaks.AsSpan(0, (int)read), new Symboliser(_build.LibraryPath, null));
        }
    }

    /// <inheritdoc/>
    public CoverageMap Coverage => _coverage.Value;

    /// <inheritdoc/>
    public void ReadCounters(Span<ulong> counters)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        fixed (ulong* start = counters)
        {
            uint read = _entryPoints.ReadCounters(start, (uint)counters.Length);
            counters[(int)read..].Clear();
        }
    }

    private AbiCoveredFunction[] ReadCoveredFunctions(int first, int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var functions = new AbiCoveredFunction[count];
        fixed (AbiCoveredFunction* start = functions)
        {
            uint read = _entryPoints.ReadCoveredFunctions((uint)first, start, (uint)count);
            return functions[..(int)read];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _entryPoints.Shutdown();
            _kernel.Dispose();
        }
    }

    /// <summary>Says that a machine could not be booted.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="error">A negative errno.</param>
    internal static MachineException CannotHold(in AbiMachine machine, int error) => new(
        $"this host cannot hold a machine with {machine.MemoryBytes >> 20} MiB and " +
        $"{machine.Cpus} CPUs: {Marshal.GetPInvokeErrorMessage(-error)}");

    /// <summary>Refuses too small an array.</summary>
    internal static void RequireRoom(int room, int needed)
    {
        if (room < needed)
        {
            throw new ArgumentException(
                $"room for {room} results, but there are {needed}", nameof(room));
        }
    }
}
