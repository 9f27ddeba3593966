// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Campaigns;

namespace Dmadiff.Diff.Reports;

/// <summary>Writes a crash as text, at most 75 columns wide.</summary>
public static class CrashRenderer
{
    /// <summary>What, where, during which operation, and how it was found.</summary>
    public static string Render(KernelCrash crash)
    {
        var others = crash.Count == 1 ? string.Empty : $", and {crash.Count - 1} more";
        var text = new TwoSides();
        text.Hanging($"{crash.Kernel}{Verb(crash.Crash.Kind)}: {crash.Crash.What}", 2);
        text.Hanging($"  in       {crash.Crash.Where}", 11);
        text.Hanging($"  during   {crash.Operation}", 11);
        text.Hanging($"  found by {crash.Origin}{others}", 11);
        if (crash.Unlike is { } reference)
        {
            text.Hanging($"  unlike   {reference}, which does not crash there", 11);
        }

        return text.ToString();
    }

    private static string Verb(AbiCrashKind kind) => kind switch
    {
        AbiCrashKind.Sanitizer => ", sanitizers report",
        AbiCrashKind.Process => " ends its process",
        _ => " crashes",
    };
}
