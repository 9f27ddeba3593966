// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.KernelHarness.Native;

/// <summary>
/// One kernel in all its configurations: each machine gets the engine of the configuration
/// that it asks for. Those are loaded when they are first needed, and only the last few are
/// kept.
/// </summary>
public sealed class ConfiguredEngine : IReportingEngine, ICoveredEngine, IRepeatingEngine
{
    /// <summary>How many are kept.</summary>
    public const int MostLoaded = 4;

    private readonly Func<KernelConfiguration, IEngine> _load;

    // The last used comes last.
    private readonly List<(KernelConfiguration Configuration, IEngine Engine)> _loaded = [];

    /// <summary>Loads nothing yet.</summary>
    /// <param name="name">What reports call the kernel, however it is configured.</param>
    /// <param name="load">Makes the engine of a configuration; it is disposed of here.</param>
    public ConfiguredEngine(string name, Func<KernelConfiguration, IEngine> load)
    {
        Name = name;
        _load = load;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public EngineCapabilities Lacks { get; init; }

    private IEngine Current => _loaded.Count > 0
        ? _loaded[^1].Engine
        : throw new InvalidOperationException("the machine was never booted");

    /// <inheritdoc/>
    public void Boot(Setup setup, Span<AbiResult> results)
    {
        Choose(setup.Configuration);
        if (Current is IRepeatingEngine repeating)
        {
            repeating.Tape = Tape;
        }

        Current.Boot(setup, results);
    }

    /// <inheritdoc/>
    public CallTape? Tape { get; set; }

    /// <inheritdoc/>
    public bool Repeats(CallTape tape)
    {
        if (tape.Stretches.Count == 0)
        {
            return false;
        }

        // One sequence is run in one configuration.
        Choose(tape.Stretches[0].Setup.Configuration);
        return Current is IRepeatingEngine repeating && repeating.Repeats(tape);
    }

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<AbiOp> ops, Span<AbiResult> results) =>
        Current.Run(ops, results);

    /// <inheritdoc/>
    public IReadOnlyList<string> ReadLog(int firstLine) => Current.ReadLog(firstLine);

    /// <inheritdoc/>
    public CrashReport? ReadCrash() => Current.ReadCrash();

    /// <inheritdoc/>
    public IReadOnlyList<SanitizerReport> ReadReports() =>
        (Current as IReportingEngine)?.ReadReports() ?? [];

    /// <inheritdoc/>
    public IReadOnlyList<MemoryLeak> ReadLeaks() => Current.ReadLeaks();

    /// <inheritdoc/>
    public CoverageMap Coverage =>
        _loaded.Count > 0 && Current is ICoveredEngine covered
            ? covered.Coverage
            : CoverageMap.Empty;

    /// <inheritdoc/>
    public void ReadCounters(Span<ulong> counters) =>
        (Current as ICoveredEngine)?.ReadCounters(counters);

    /// <inheritdoc/>
    public AbiPoolState? ReadPool(int pool) => Current.ReadPool(pool);

    /// <inheritdoc/>
    public AbiAreaState[] ReadAreas(int pool) => Current.ReadAreas(pool);

    /// <inheritdoc/>
    public AbiSlotState[] ReadSlots(int pool, long first, int count) =>
        Current.ReadSlots(pool, first, count);

    /// <inheritdoc/>
    public AbiIovaDomainState? ReadIovaDomain(int domain) => Current.ReadIovaDomain(domain);

    /// <inheritdoc/>
    public AbiIovaNodeState[] ReadIovaNodes(int domain, long first, int count) =>
        Current.ReadIovaNodes(domain, first, count);

    /// <inheritdoc/>
    public AbiIovaMagazineState[] ReadIovaMagazines(int domain) =>
        Current.ReadIovaMagazines(domain);

    /// <inheritdoc/>
    public int ReadMemory(ulong address, Span<byte> bytes) =>
        Current.ReadMemory(address, bytes);

    /// <inheritdoc/>
    public int ReadBehindCaches(ulong address, Span<byte> bytes) =>
        Current.ReadBehindCaches(address, bytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, IEngine engine) in _loaded)
        {
            engine.Dispose();
        }

        _loaded.Clear();
    }

    private void Choose(KernelConfiguration configuration)
    {
        int index = _loaded.FindIndex(l => l.Configuration == configuration);
        if (index == _loaded.Count - 1 && index >= 0)
        {
            return;
        }

        (KernelConfiguration Configuration, IEngine Engine) chosen;
        if (index >= 0)
        {
            chosen = _loaded[index];
            _loaded.RemoveAt(index);
        }
        else
        {
            chosen = (configuration, _load(configuration));
        }

        _loaded.Add(chosen);
        if (_loaded.Count > MostLoaded)
        {
            _loaded[0].Engine.Dispose();
            _loaded.RemoveAt(0);
        }
    }
}
