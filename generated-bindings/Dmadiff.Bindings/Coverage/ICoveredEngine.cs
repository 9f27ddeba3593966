// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Bindings;

/// <summary>An engine whose code may count how often each of its branches is taken.</summary>
public interface ICoveredEngine : IEngine
{
    /// <summary>What is counted in the machine that was booted last; empty where the code was
    /// not compiled to count. The same object as long as the same code runs.</summary>
    CoverageMap Coverage { get; }

    /// <summary>Reads the counters, in the order of <see cref="CoverageMap.Functions"/>. Every
    /// boot sets them back to 0; of a process that died they read as 0.</summary>
    /// <param name="counters"><see cref="CoverageMap.Counters"/> of them.</param>
    void ReadCounters(Span<ulong> counters);
}
