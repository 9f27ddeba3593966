// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.KernelDma;

namespace Dmadiff.Tests.Contract;

/// <summary>The port, whose answers and memory a test falsifies from some op on.</summary>
internal sealed class TamperedEngine : IEngine
{
    private readonly PortEngine _port = new(SwiotlbProfile.V6_12);
    private readonly HashSet<ulong> _wrong = [];
    private readonly List<string> _extra = [];
    private Setup? _setup;
    private uint _portLines;

    public string Name => "tampered";

    /// <summary>Called at every boot.</summary>
    public Action OnBoot { get; init; } = () => { };

    /// <summary>Ops that make a mapping and are not run, but fail.</summary>
    public Func<AbiOp, bool> Refuses { get; init; } = _ => false;

    /// <summary>What becomes of the result of an op.</summary>
    public Func<AbiOp, AbiResult, AbiResult> OnResult { get; init; } = (_, result) => result;

    /// <summary>Addresses whose bytes read wrong after an op.</summary>
    public Func<AbiOp, AbiResult, ulong[]> OnMemory { get; init; } = (_, _) => [];

    /// <summary>A line that an op logs, or null.</summary>
    public Func<AbiOp, string?> OnLog { get; init; } = _ => null;

    public void Boot(Setup setup, Span<AbiResult> results)
    {
        _wrong.Clear();
        _extra.Clear();
        _setup = setup;
        OnBoot();
        _port.Boot(setup, results);
        _portLines = results[setup.StepCount - 1].LogLines;
    }

    public void Run(ReadOnlySpan<AbiOp> ops, Span<AbiResult> results)
    {
        for (var i = 0; i < ops.Length; i++)
        {
            if (Refuses(ops[i]))
            {
                results[i] = Refused(ops[i]);
            }
            else
            {
                _port.Run(ops.Slice(i, 1), results.Slice(i, 1));
                _portLines = results[i].LogLines;
            }

            _wrong.UnionWith(OnMemory(ops[i], results[i]));
            if (OnLog(ops[i]) is { } line)
            {
                _extra.Add(line);
            }

            results[i] = OnResult(ops[i], results[i]);
            results[i].LogLines += (uint)_extra.Count;
        }
    }

    private AbiResult Refused(in AbiOp op) => new()
    {
        Status = AbiStatus.MappingError,
        Area = AbiConstants.None,
        Used = _port.ReadPool((int)_setup!.Devices[op.Device].Pool)!.Value.Used,
        LogLines = _portLines,
    };

    public IReadOnlyList<string> ReadLog(int firstLine) =>
        [.. _port.ReadLog(0).Concat(_extra).Skip(firstLine)];

    public CrashReport? ReadCrash() => _port.ReadCrash();

    public AbiPoolState? ReadPool(int pool) => _port.ReadPool(pool);

    public AbiAreaState[] ReadAreas(int pool) => _port.ReadAreas(pool);

    public AbiSlotState[] ReadSlots(int pool, long first, int count) =>
        _port.ReadSlots(pool, first, count);

    public AbiIovaDomainState? ReadIovaDomain(int domain) => _port.ReadIovaDomain(domain);

    public AbiIovaNodeState[] ReadIovaNodes(int domain, long first, int count) =>
        _port.ReadIovaNodes(domain, first, count);

    public AbiIovaMagazineState[] ReadIovaMagazines(int domain) =>
        _port.ReadIovaMagazines(domain);

    public int ReadMemory(ulong address, Span<byte> bytes)
    {
        var count = _port.ReadMemory(address, bytes);
        foreach (var wrong in _wrong)
        {
            if (wrong >= address && wrong - address < (ulong)count)
            {
                bytes[(int)(wrong - address)] ^= 0xff;
            }
        }

        return count;
    }

    public void Dispose() => _port.Dispose();
}
