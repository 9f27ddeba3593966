// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Bindings;

/// <summary>
/// Anything that can run operations: the managed port, or the kernel's own C of one
/// revision. Judges compare engines without knowing which is which.
/// </summary>
public interface IEngine : IDisposable
{
    /// <summary>What reports call it: "port 6.12", "debian/6.1".</summary>
    string Name { get; }

    /// <summary>What it cannot do of what traces may need: those are not given to it.</summary>
    EngineCapabilities Lacks => EngineCapabilities.None;

    /// <summary>
    /// Powers the machine off and boots it anew, step by step as
    /// kernel-harness/services/SPEC.md says.
    /// </summary>
    /// <param name="setup">The machine and all that is declared on it.</param>
    /// <param name="results">One entry a step; at least <see cref="Setup.StepCount"/>.</param>
    /// <exception cref="MachineException">This host cannot hold the machine.</exception>
    void Boot(Setup setup, Span<AbiResult> results);

    /// <summary>
    /// Runs operations on the booted machine, going on from where the last batch ended. A
    /// crash of the code under test is a result, never an exception.
    /// </summary>
    /// <param name="ops">The operations.</param>
    /// <param name="results">One entry an operation; at least as long.</param>
    void Run(ReadOnlySpan<AbiOp> ops, Span<AbiResult> results);

    /// <summary>The log from line <paramref name="firstLine"/> (0-based, since power-on) on.</summary>
    IReadOnlyList<string> ReadLog(int firstLine);

    /// <summary>How the machine died, or null while it lives.</summary>
    CrashReport? ReadCrash();

    /// <summary>
    /// The pool's figures, or null when there is no such pool. Pool 0 is the default pool,
    /// then the declared ones follow.
    /// </summary>
    AbiPoolState? ReadPool(int pool);

    /// <summary>The pool's areas; empty when there is no such pool.</summary>
    AbiAreaState[] ReadAreas(int pool);

    /// <summary>Slots [first, first + count) of a pool, fewer at its end.</summary>
    AbiSlotState[] ReadSlots(int pool, long first, int count);

    /// <summary>The IOVA domain's figures, or null when there is no such domain.</summary>
    AbiIovaDomainState? ReadIovaDomain(int domain);

    /// <summary>Ranges [first, first + count) of a domain's tree, fewer at its end.</summary>
    AbiIovaNodeState[] ReadIovaNodes(int domain, long first, int count);

    /// <summary>The magazines of a domain that hold anything: by order, CPUs, then the
    /// depot.</summary>
    AbiIovaMagazineState[] ReadIovaMagazines(int domain);

    /// <summary>Copies physical memory; returns the number of bytes copied.</summary>
    int ReadMemory(ulong address, Span<byte> bytes);

    /// <summary>Memory that the code took, has not freed, and has no pointer to, the newest
    /// first; none where nobody looks for it.</summary>
    IReadOnlyList<MemoryLeak> ReadLeaks() => [];

    /// <summary>The same as a device sees it that bypasses the caches.</summary>
    int ReadBehindCaches(ulong address, Span<byte> bytes) => ReadMemory(address, bytes);
}

/// <summary>How a machine died, in words that do not depend on the engine.</summary>
/// <param name="Kind">What ended it.</param>
/// <param name="OpIndex">Operation of the batch that was running.</param>
/// <param name="Where">"swiotlb_bounce", with ":line" and file where they are known.</param>
/// <param name="What">"SIGSEGV at NULL+0x18", "BUG", "endless loop".</param>
public sealed record CrashReport(AbiCrashKind Kind, int OpIndex, string Where, string What);

/// <summary>Memory that is lost.</summary>
/// <param name="Bytes">Its size, rounded up.</param>
/// <param name="Where">The function that took it, with ":line" where that is known.</param>
public sealed record MemoryLeak(ulong Bytes, string Where);

/// <summary>An engine that may notice more than results tell.</summary>
public interface IReportingEngine : IEngine
{
    /// <summary>What sanitizers reported since the machine booted and did not end it, in
    /// order, each kind at a place once.</summary>
    IReadOnlyList<SanitizerReport> ReadReports();
}

/// <summary>Something wrong in the kernel's code that left no other trace.</summary>
/// <param name="Finding">What, where, and in which step, told like a crash.</param>
/// <param name="AtBoot">Whether that is a step of the boot, not an operation.</param>
public sealed record SanitizerReport(CrashReport Finding, bool AtBoot);

/// <summary>The host cannot give the machine what it needs (memory, a mapping).</summary>
public sealed class MachineException : Exception
{
    /// <summary>Creates it with a message for the user.</summary>
    public MachineException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with a message and its cause.</summary>
    public MachineException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Creates it.</summary>
    public MachineException()
    {
    }
}
