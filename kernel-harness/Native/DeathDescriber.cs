// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.KernelHarness.Native;

/// <summary>Puts into words how the process that held a kernel came to its end.</summary>
internal static class DeathDescriber
{
    private const int SignalBase = 128;

    /// <summary>System calls that one is likely to meet, by number on x86-64.</summary>
    private static readonly Dictionary<uint, string> SystemCalls = new()
    {
        [2] = "open",
        [39] = "getpid",
        [41] = "socket",
        [42] = "connect",
        [56] = "clone",
        [57] = "fork",
        [58] = "vfork",
        [59] = "execve",
        [62] = "kill",
        [82] = "rename",
        [83] = "mkdir",
        [87] = "unlink",
        [101] = "ptrace",
        [157] = "prctl",
        [200] = "tkill",
        [234] = "tgkill",
        [257] = "openat",
        [322] = "execveat",
        [435] = "clone3",
    };

    /// <summary>The death as a crash.</summary>
    /// <param name="call">What the process left behind.</param>
    /// <param name="death">What its parent saw.</param>
    /// <param name="describer">For the report it may have died of.</param>
    /// <param name="reports">Reports of the call.</param>
    /// <param name="step">The step that was running.</param>
    /// <param name="places">Knows the kernel.</param>
    public static CrashReport Describe(
        in AbiCall call,
        RunnerDeath death,
        ReportDescriber describer,
        IReadOnlyList<AbiReport> reports,
        int step,
        Symboliser places)
    {
        if (call.IsFatal != 0 && reports.Count > 0)
        {
            return describer.Describe(reports[^1], step);
        }

        string where = call.DiedAt != 0 && places.Find(call.DiedAt) is { } place
            ? place.ToString()
            : CrashDescriber.Outside;
        return new CrashReport(AbiCrashKind.Process, step, where, What(call, death));
    }

    private static string What(in AbiCall call, RunnerDeath death)
    {
        const uint badSystemCall = 31;
        if (death.Overrun is not null)
        {
            return death.Overrun;
        }

        if (call.DiedOf == badSystemCall)
        {
            return SystemCalls.TryGetValue(call.SystemCall, out string? name)
                ? $"system call {name}"
                : $"system call number {call.SystemCall}";
        }

        return death.Status > SignalBase
            ? CrashDescriber.SignalName((uint)(death.Status - SignalBase)) + " ends its process"
            : $"its process ends itself with status {death.Status}";
    }
}
