// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Tests.Judges;

/// <summary>An engine that answers from a script.</summary>
internal sealed class FakeEngine : IEngine
{
    private static readonly AbiResult Quiet = new() { Area = AbiConstants.None };
    private readonly List<string> _log = [];
    private Setup? _setup;

    public FakeEngine(string name = "fake") => Name = name;

    public string Name { get; }

    /// <summary>What an op does; its lines go to the log.</summary>
    public Func<AbiOp, int, AbiResult> OnOp { get; init; } = (_, _) => Quiet;

    public Func<int, AbiResult> OnBoot { get; init; } = _ => Quiet;

    public Func<AbiOp, int, string[]> LogOf { get; init; } = (_, _) => [];

    public Exception? Failure { get; init; }

    public List<int> Threads { get; } = [];

    public AbiSlotState[] Slots { get; init; } = [];

    public AbiAreaState[] Areas { get; init; } = [];

    public AbiPoolState? Pool { get; init; }

    public CrashReport? CrashToReport { get; init; }

    public static AbiResult Result(
        AbiStatus status = AbiStatus.Ok,
        ulong value = 0) => Quiet with { Status = status, Value = value };

    public void Boot(Setup setup, Span<AbiResult> results)
    {
        Threads.Add(Environment.CurrentManagedThreadId);
        if (Failure is not null)
        {
            throw Failure;
        }

        _setup = setup;
        _log.Clear();
        for (var i = 0; i < setup.StepCount; i++)
        {
            results[i] = OnBoot(i);
        }
    }

    public void Run(ReadOnlySpan<AbiOp> ops, Span<AbiResult> results)
    {
        for (var i = 0; i < ops.Length; i++)
        {
            var lines = LogOf(ops[i], i);
            _log.AddRange(lines);
            var result = OnOp(ops[i], i);
            result.LogLines = (uint)_log.Count;
            result.LogDigest = lines.Length == 0
                ? 0
                : lines.SelectMany(line => line).Aggregate(1UL, (h, c) => (h * 31) + c);
            results[i] = result;
        }
    }

    public IReadOnlyList<string> ReadLog(int firstLine) => _log[firstLine..];

    public CrashReport? ReadCrash() => CrashToReport;

    public AbiPoolState? ReadPool(int pool) => pool == 0 && _setup is not null ? Pool : null;

    public AbiAreaState[] ReadAreas(int pool) => Areas;

    public AbiSlotState[] ReadSlots(int pool, long first, int count) =>
        [.. Slots.Skip((int)first).Take(count)];

    public AbiIovaDomainState? ReadIovaDomain(int domain) => null;

    public AbiIovaNodeState[] ReadIovaNodes(int domain, long first, int count) => [];

    public AbiIovaMagazineState[] ReadIovaMagazines(int domain) => [];

    public int ReadMemory(ulong address, Span<byte> bytes) => 0;

    public void Dispose()
    {
    }
}
