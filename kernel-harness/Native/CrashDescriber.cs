// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.KernelHarness.Native;

/// <summary>Puts what the C side knows of a crash into words.</summary>
internal static class CrashDescriber
{
    /// <summary>Where nothing is known of the place.</summary>
    internal const string Outside = "outside the kernel's code";

    /// <summary>The report.</summary>
    /// <param name="crash">What the C side knows.</param>
    /// <param name="places">Knows the library it happened in.</param>
    public static CrashReport Describe(in AbiCrash crash, Symboliser places)
    {
        return new CrashReport(
            crash.Kind, (int)crash.Op, Where(crash, places), PrintableText.Of(What(crash)));
    }

    private static string Where(in AbiCrash crash, Symboliser places)
    {
        string function = crash.Function.ToString();
        if (function.Length > 0)
        {
            return new CodeLocation(function, crash.File.ToString(), (int)crash.Line).ToString();
        }

        if (crash.LibraryOffset == 0)
        {
            return Outside;
        }

        // Where in its loop a function was stopped is a matter of luck: only the function
        // itself, whatever it had inlined, is the same every time.
        CodeLocation? place = crash.Kind == AbiCrashKind.Hang
            ? places.FindFunction(crash.LibraryOffset)
            : places.Find(crash.LibraryOffset);
        return place?.ToString() ?? Outside;
    }

    private static string What(in AbiCrash crash)
    {
        string message = crash.Message.ToString();
        string detail = message.Length > 0 ? ": " + message : string.Empty;
        return crash.Kind switch
        {
            AbiCrashKind.Signal => SignalName(crash.Signal) + Reached(crash),
            AbiCrashKind.Bug => "BUG" + detail,
            AbiCrashKind.Panic => "panic" + detail,
            AbiCrashKind.Hang => "endless loop",
            AbiCrashKind.MissingService => "kernel function the harness lacks" + detail,
            AbiCrashKind.Misuse => "misuse of a kernel service" + detail,
            _ => "unknown" + detail,
        };
    }

    private static string Reached(in AbiCrash crash) => crash.Fault switch
    {
        AbiFault.Null when crash.FaultAddress == 0 => " at NULL",
        AbiFault.Null => $" at NULL+0x{crash.FaultAddress:x}",
        AbiFault.Memory => $" at physical address 0x{crash.FaultAddress:x}",
        AbiFault.Slab => " beyond a slab object",
        AbiFault.Wild => " at a wild address",
        AbiFault.Unknown => " at an unknown address, not canonical or misaligned",
        AbiFault.Stack => ", the stack is used up",
        _ => string.Empty,
    };

    /// <summary>"SIGSEGV".</summary>
    internal static string SignalName(uint signal) => signal switch
    {
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        14 => "SIGALRM",
        15 => "SIGTERM",
        _ => $"signal {signal}",
    };
}
