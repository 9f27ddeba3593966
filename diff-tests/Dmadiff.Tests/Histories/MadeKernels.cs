// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.KernelHarness.Git;
using Dmadiff.Tests.RealKernels;

namespace Dmadiff.Tests.Histories;

/// <summary>The texts that made histories of a real kernel consist of, few enough that their
/// builds are shared.</summary>
internal sealed class MadeKernels(KernelRevision kernel)
{
    public const string Direct = "kernel/dma/direct.c";

    private static readonly SourceEdit LeakEdit =
        new("swiotlb_release_slots", @"used -= nslots", "used -= nslots - 1");

    private static readonly SourceEdit CrashEdit =
        new("swiotlb_bounce", @"if \(orig_addr ==", "*(volatile int *)0 = 1; $0");

    private static readonly SourceEdit SmallerEdit =
        new("swiotlb_max_mapping_size", @"\bIO_TLB_SEGSIZE\b", "(IO_TLB_SEGSIZE / 2)");

    private static readonly SourceEdit BrokenEdit =
        new("swiotlb_bounce", @"\bsize = alloc_size;", "size = alloc_sze;");

    /// <summary>The kernel itself.</summary>
    public KernelRevision Tree => kernel;

    /// <summary>As released.</summary>
    public Dictionary<string, string?> Clean => Unit(Text(SourceEdit.Swiotlb));

    /// <summary>Unmap forgets a slot.</summary>
    public Dictionary<string, string?> Leak => Unit(LeakEdit.Text(kernel));

    /// <summary>Bouncing follows a NULL pointer.</summary>
    public Dictionary<string, string?> Crash => Unit(CrashEdit.Text(kernel));

    /// <summary>Does both.</summary>
    public Dictionary<string, string?> LeakAndCrash =>
        Unit(CrashEdit.Text(LeakEdit.Apply(kernel)));

    /// <summary>Promises half as much to devices.</summary>
    public Dictionary<string, string?> Smaller => Unit(SmallerEdit.Text(kernel));

    /// <summary>Does that, and forgets a slot.</summary>
    public Dictionary<string, string?> LeakAndSmaller =>
        Unit(SmallerEdit.Text(LeakEdit.Apply(kernel)));

    /// <summary>Does not compile.</summary>
    public Dictionary<string, string?> Broken => Unit(BrokenEdit.Text(kernel));

    /// <summary>No file that is built is touched.</summary>
    public static Dictionary<string, string?> Elsewhere(int number) =>
        new(StringComparer.Ordinal) { ["README"] = $"{number}\n" };

    /// <summary>Another file that is built, changed in nothing but a comment.</summary>
    public Dictionary<string, string?> Neighbour(int number) =>
        new(StringComparer.Ordinal) { [Direct] = Text(Direct) + Comment(number) };

    /// <summary>swiotlb.c with a comment more.</summary>
    public static Dictionary<string, string?> Noted(Dictionary<string, string?> text, int number) =>
        Unit(text[SourceEdit.Swiotlb] + Comment(number));

    private string Text(string path) => Encoding.UTF8.GetString(kernel.ReadFile(path)!);

    private static string Comment(int number) => $"\n/* note {number} */\n";

    private static Dictionary<string, string?> Unit(string text) =>
        new(StringComparer.Ordinal) { [SourceEdit.Swiotlb] = text };
}
