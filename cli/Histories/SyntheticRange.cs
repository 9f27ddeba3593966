// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.Cli.Histories;

/// <summary>
/// A repository with a range of commits of which some touch what is built, and one of these
/// breaks it: unmapping forgets one slot.
/// </summary>
/// <param name="Path">The bare repository.</param>
/// <param name="Good">Its first commit.</param>
/// <param name="Bad">Its last commit.</param>
/// <param name="Culprit">The one that breaks it.</param>
internal sealed record SyntheticRange(string Path, string Good, string Bad, string Culprit)
{
    /// <summary>A sequence that shows the bug.</summary>
    public const string Trace = """
        dmadiff-trace 1
        machine memory=1G cpus=1
        cmdline swiotlb=force
        device d0 dma_mask=32
        buffer b0 size=8K
        map m0 d0 b0+0x10 5000 from_device
        dev_write m0+0 5000 seed=3
        unmap m0

        """;

    private const string Unit = "kernel/dma/swiotlb.c";
    private const string Elsewhere = "README";
    private const string Whole = "used -= nslots";
    private const string Broken = "used -= nslots - 1";

    /// <summary>Files that are built, by how often they are touched.</summary>
    private static readonly string[] Touched =
    [
        Unit, "kernel/dma/direct.c", Unit, "kernel/dma/mapping.c", Unit, Unit,
        "include/linux/swiotlb.h", Unit, "kernel/dma/direct.h", "include/linux/dma-mapping.h",
    ];

    /// <summary>Makes the range.</summary>
    /// <param name="path">Folder of the repository, which is made.</param>
    /// <param name="kernel">What it starts from.</param>
    /// <param name="commits">How many there are.</param>
    /// <param name="touching">How many of them touch what is built.</param>
    /// <param name="unitAlone">They touch swiotlb.c and nothing else.</param>
    /// <exception cref="UserErrorException">The kernel is one in which this bug cannot be
    /// planted.</exception>
    public static SyntheticRange Make(
        string path, KernelRevision kernel, int commits, int touching, bool unitAlone)
    {
        using var history = new MadeHistory(path, kernel.Owner);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        int last = history.Commit("base", [], null, kernel);
        int culprit = 0;
        int number = 0;
        for (int i = 1; i <= commits; i++)
        {
            // Spread evenly, the last ones included.
            bool touches = (long)i * touching / commits > (long)(i - 1) * touching / commits;
            string file = !touches ? Elsewhere : unitAlone ? Unit : Touched[number % Touched.Length];
            number += touches ? 1 : 0;
            bool breaks = culprit == 0 && touches && number * 3 >= touching * 2 && file == Unit;
            if (!texts.TryGetValue(file, out string? text))
            {
                text = kernel.ReadFile(file) is { } bytes
                    ? Encoding.UTF8.GetString(bytes)
                    : throw new UserErrorException($"{kernel.Name} has no {file}");
            }

            text = Changed(text, i, breaks);
            texts[file] = text;
            string subject = breaks ? "swiotlb: count slots otherwise" : $"{file}: change {i}";
            last = history.Commit(
                subject, [last], new Dictionary<string, string?> { [file] = text });
            culprit = breaks ? last : culprit;
        }

        IReadOnlyList<string> ids = history.Finish(("main", last));
        return new SyntheticRange(path, ids[1], ids[last], ids[culprit]);
    }

    // A comment changes the file, and with it every object made from it, but no code.
    private static string Changed(string text, int number, bool breaks)
    {
        string changed = text + $"\n/* change {number} */\n";
        if (!breaks)
        {
            return changed;
        }

        int at = text.IndexOf(Whole, StringComparison.Ordinal);
        return at >= 0
            ? changed[..at] + Broken + changed[(at + Whole.Length)..]
            : throw new UserErrorException($"{Unit} of this kernel has no place for the bug");
    }
}
