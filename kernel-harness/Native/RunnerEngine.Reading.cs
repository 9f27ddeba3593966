// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Bindings;
using Dmadiff.KernelHarness.Coverage;

namespace Dmadiff.KernelHarness.Native;

/// <summary>The calls that only look; when the process is dead there is nothing to see.
/// </summary>
public sealed unsafe partial class RunnerEngine
{
    /// <inheritdoc/>
    public IReadOnlyList<string> ReadLog(int firstLine)
    {
        long length = Read(AbiCallKind.ReadLog, firstLine, 0, OutputRoom(1));
        return PrintableText.Of(Encoding.UTF8.GetString(Output<byte>((int)length)))
            .Split('\n')[..^1];
    }

    /// <inheritdoc/>
    public CrashReport? ReadCrash()
    {
        if (_death is not null)
        {
            return _death;
        }

        return Read(AbiCallKind.ReadCrash, 0, 0, 1) != 0
            ? CrashDescriber.Describe(Output<AbiCrash>(1)[0], _places)
            : _death;
    }

    /// <inheritdoc/>
    public IReadOnlyList<SanitizerReport> ReadReports() =>
        [.. _reports.DistinctBy(r => (r.Finding.What, r.Finding.Where))];

    /// <inheritdoc/>
    public AbiPoolState? ReadPool(int pool) => ReadOne<AbiPoolState>(AbiCallKind.ReadPool, pool);

    /// <inheritdoc/>
    public AbiAreaState[] ReadAreas(int pool) =>
        ReadMany<AbiAreaState>(AbiCallKind.ReadAreas, pool, 0, int.MaxValue);

    /// <inheritdoc/>
    public AbiSlotState[] ReadSlots(int pool, long first, int count) =>
        ReadMany<AbiSlotState>(AbiCallKind.ReadSlots, pool, first, count);

    /// <inheritdoc/>
    public AbiIovaDomainState? ReadIovaDomain(int domain) =>
        ReadOne<AbiIovaDomainState>(AbiCallKind.ReadIovaDomain, domain);

    /// <inheritdoc/>
    public AbiIovaNodeState[] ReadIovaNodes(int domain, long first, int count) =>
        ReadMany<AbiIovaNodeState>(AbiCallKind.ReadIovaNodes, domain, first, count);

    /// <inheritdoc/>
    public AbiIovaMagazineState[] ReadIovaMagazines(int domain) =>
        ReadMany<AbiIovaMagazineState>(AbiCallKind.ReadIovaMagazines, domain, 0, int.MaxValue);

    /// <inheritdoc/>
    public int ReadMemory(ulong address, Span<byte> bytes) =>
        ReadBytes(AbiCallKind.ReadMemory, address, bytes);

    /// <inheritdoc/>
    public int ReadBehindCaches(ulong address, Span<byte> bytes) =>
        ReadBytes(AbiCallKind.ReadBehindCaches, address, bytes);

    private int ReadBytes(AbiCallKind kind, ulong address, Span<byte> bytes)
    {
        int read = 0;
        while (read < bytes.Length)
        {
            long wanted = Math.Min(OutputRoom(1), bytes.Length - read);
            int got = (int)Read(kind, 0, address + (ulong)read, wanted);
            Output<byte>(got).CopyTo(bytes[read..]);
            read += got;
            if (got < wanted)
            {
                break;
            }
        }

        return read;
    }

    /// <inheritdoc/>
    public IReadOnlyList<MemoryLeak> ReadLeaks() => LeakDescriber.Describe(
        ReadMany<AbiLeak>(AbiCallKind.ReadLeaks, 0, 0, LeakDescriber.Most),
        _places);

    /// <inheritdoc/>
    public CoverageMap Coverage => _coverage ??= CoverageNotes.MapOf(
        _build.LibraryPath,
        (first, count) => ReadMany<AbiCoveredFunction>(
            AbiCallKind.ReadCoveredFunctions, 0, first, count));

    /// <inheritdoc/>
    public void ReadCounters(Span<ulong> counters)
    {
        int read = (int)Read(AbiCallKind.ReadCounters, 0, 0, counters.Length);
        Output<ulong>(read).CopyTo(counters);
        counters[read..].Clear();
    }

    private static long OutputRoom(int itemBytes) =>
        (long)(AbiConstants.SharedBytes - AbiConstants.SharedOutput) / itemBytes;

    private Span<T> Output<T>(int count)
        where T : unmanaged => new(_memory.At(AbiConstants.SharedOutput), count);

    private T? ReadOne<T>(AbiCallKind kind, int index)
        where T : unmanaged => Read(kind, index, 0, 1) != 0 ? Output<T>(1)[0] : null;

    /// <summary>Those from <paramref name="first"/> on, as many as there are and fit; nothing
    /// that a machine has is larger than the memory shared with it.</summary>
    private T[] ReadMany<T>(AbiCallKind kind, int index, long first, int count)
        where T : unmanaged
    {
        long most = Math.Min(OutputRoom(sizeof(T)), count);
        return Output<T>((int)Read(kind, index, (ulong)first, most)).ToArray();
    }

    /// <summary>Asks.</summary>
    /// <returns>What the function returned, at most <paramref name="count"/>; 0 when there
    /// is nobody left to ask.</returns>
    private long Read(AbiCallKind kind, int index, ulong first, long count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_death is null)
        {
            var call = new AbiCall
            {
                Kind = kind,
                Index = (uint)index,
                First = first,
                Count = (uint)count,
            };
            Invoke(call, steps: 0, atBoot: false, firstStep: 0);
            Note([]);
        }

        return _death is null ? Math.Clamp(Header.Value, 0, count) : 0;
    }
}
