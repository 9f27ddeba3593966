// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.KernelHarness.Native;

/// <summary>Puts what the C side knows of a crash into words.</summary>
internal static class CrashDescriber
{
    /// <summary>The report.</summary>
    /// <param name="crash">What the C side knows.</param>
    /// <param name="library">The library it happened in.</param>
    public static CrashReport Describe(in AbiCrash crash, string library)
    {
        CodeLocation? place = crash.LibraryOffset != 0
            ? Symboliser.Find(library, crash.LibraryOffset)
            : null;
        string function = crash.Function.ToString();
        string where = place switch
        {
            not null => place.ToString(),
            null when function.Length > 0 =>
                new CodeLocation(function, crash.File.ToString(), (int)crash.Line).ToString(),
            null => "outside the kernel's code",
        };
        return new CrashReport(crash.Kind, (int)crash.Op, where, What(crash));
    }

    private static string What(in AbiCrash crash)
    {
        string message = crash.Message.ToString();
        string detail = message.Length > 0 ? ": " + message : string.Empty;
        return crash.Kind switch
        {
            AbiCrashKind.Signal => SignalName(crash.Signal, crash.FaultAddress),
            AbiCrashKind.Bug => "BUG" + detail,
            AbiCrashKind.Panic => "panic" + detail,
            AbiCrashKind.Hang => "endless loop",
            AbiCrashKind.MissingService => "kernel function the harness lacks" + detail,
            AbiCrashKind.Misuse => "misuse of a kernel service" + detail,
            _ => "unknown" + detail,
        };
    }

    private static string SignalName(uint signal, ulong address) => signal switch
    {
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        7 => $"SIGBUS at 0x{address:x}",
        8 => "SIGFPE",
        11 => $"SIGSEGV at 0x{address:x}",
        _ => $"signal {signal}",
    };
}
