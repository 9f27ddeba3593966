// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.KernelDma;
using Shouldly;

namespace Dmadiff.Tests.ManagedPort;

/// <summary>A booted machine with one 1 MiB buffer, to which tests hand operations.</summary>
internal sealed class PortMachine : IDisposable
{
    public const ulong BufferBase = 0x200000;
    public const ulong BufferBytes = 1 << 20;

    private readonly PortEngine _engine;
    private readonly Setup _setup;
    private readonly AbiResult[] _result = new AbiResult[1];

    public PortMachine(
        string revision,
        string cmdline = "swiotlb=512,1,force",
        AbiDevice? device = null,
        AbiPool? pool = null,
        AbiMachine? machine = null,
        AbiBuffer? buffer = null)
    {
        _engine = new PortEngine(Profile(revision));
        _setup = new Setup(
            machine ?? Gigabyte(cpus: 4),
            cmdline,
            pool is null ? [] : [pool.Value],
            [device ?? new AbiDevice { DmaMask = ulong.MaxValue }],
            [buffer ?? new AbiBuffer { Base = BufferBase, Bytes = BufferBytes }]);
        Boot = new AbiResult[_setup.StepCount];
        BootAgain();
    }

    public AbiResult[] Boot { get; }

    public IReadOnlyList<string> Log => _engine.ReadLog(0);

    /// <summary>The log without what the atomic pools, which every boot makes, say.</summary>
    public IReadOnlyList<string> PoolLog =>
        [.. Log.Where(line => !line.StartsWith("6 DMA: preallocated", StringComparison.Ordinal))];

    public CrashReport? Crash => _engine.ReadCrash();

    public ulong PoolStart(int pool = 0) => Pool(pool).Start;

    public static AbiMachine Gigabyte(
        uint cpus, AbiMachineFlag flags = AbiMachineFlag.AddressingLimit) =>
        new() { MemoryBytes = 1UL << 30, Cpus = cpus, Flags = flags };

    public void BootAgain() => _engine.Boot(_setup, Boot);

    public AbiPoolState Pool(int pool = 0) => _engine.ReadPool(pool)!.Value;

    public bool HasPool(int pool = 0) => _engine.ReadPool(pool) is not null;

    public AbiSlotState Slot(long index, int pool = 0) =>
        _engine.ReadSlots(pool, index, 1)[0];

    public AbiAreaState[] Areas(int pool = 0) => _engine.ReadAreas(pool);

    public byte[] Memory(ulong address, int bytes)
    {
        byte[] copy = new byte[bytes];
        _engine.ReadMemory(address, copy).ShouldBe(bytes);
        return copy;
    }

    public AbiResult Run(AbiOp op)
    {
        _engine.Run([op], _result);
        return _result[0];
    }

    public AbiResult Map(
        uint mapping,
        ulong offset,
        ulong size,
        AbiDirection direction = AbiDirection.ToDevice) =>
        Run(new AbiOp
        {
            Kind = AbiOpKind.Map,
            Mapping = mapping,
            Offset = offset,
            Size = size,
            Direction = direction,
        });

    public AbiResult SwiotlbMap(uint mapping, ulong offset, ulong size, ulong alignMask) =>
        Run(new AbiOp
        {
            Kind = AbiOpKind.SwiotlbMap,
            Mapping = mapping,
            Offset = offset,
            Size = size,
            Arg = alignMask,
            Direction = AbiDirection.Bidirectional,
        });

    public AbiResult On(
        AbiOpKind kind, uint mapping, ulong offset = 0, ulong size = 0, ulong arg = 0) =>
        Run(new AbiOp
        {
            Kind = kind,
            Mapping = mapping,
            Offset = offset,
            Size = size,
            Arg = arg,
        });

    public AbiResult Unmap(uint mapping) => On(AbiOpKind.Unmap, mapping);

    public AbiResult Fill(ulong offset, ulong size, ulong seed) =>
        Run(new AbiOp
        {
            Kind = AbiOpKind.Fill,
            Offset = offset,
            Size = size,
            Arg = seed,
        });

    public AbiResult Debugfs(
        AbiOpKind kind, uint pool, AbiDebugfsFile file, ulong value = 0) =>
        Run(new AbiOp { Kind = kind, Device = pool, Arg = (ulong)file, Size = value });

    public void Dispose() => _engine.Dispose();

    private static SwiotlbProfile Profile(string revision) =>
        SwiotlbProfile.All.Single(
            p => string.Equals(p.Title, revision, StringComparison.Ordinal));
}
