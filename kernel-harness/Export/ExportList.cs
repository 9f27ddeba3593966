// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.KernelHarness.Export;

/// <summary>What of a kernel is written out for the compiler: all of it is here.</summary>
internal static class ExportList
{
    /// <summary>
    /// The folder with thousands of files, the same for many revisions and edits: exported
    /// apart, and shared.
    /// </summary>
    public const string Headers = "include";

    /// <summary>
    /// Folders of include/ that no unit reaches: descriptions of hardware, and subsystems
    /// with no part in DMA mapping.
    /// </summary>
    public static string[] LeftOut { get; } =
    [
        "include/dt-bindings", "include/drm", "include/math-emu", "include/media",
        "include/pcmcia", "include/rdma", "include/scsi", "include/sound",
        "include/target", "include/ufs", "include/video",
        "include/linux/ceph", "include/linux/iio", "include/linux/mfd",
        "include/linux/mlx4", "include/linux/mlx5", "include/linux/platform_data",
        "include/linux/qed", "include/linux/sunrpc", "include/linux/usb",
        "include/uapi/drm", "include/uapi/misc", "include/uapi/rdma",
        "include/uapi/scsi", "include/uapi/sound", "include/uapi/video",
    ];

    /// <summary>Folders with all that is under test, its private headers included.</summary>
    private static readonly string[] Folders = ["kernel/dma"];

    /// <summary>Paths of the headers to write out.</summary>
    public static IEnumerable<string> HeaderFiles(ISourceTree tree) =>
        tree.ListFiles(Headers).Where(f => !IsLeftOut(f));

    /// <summary>
    /// Paths of everything else: folders under test, the units, and the headers beside them.
    /// </summary>
    /// <param name="tree">The kernel.</param>
    /// <param name="units">Paths of .c files.</param>
    public static IReadOnlyList<string> OtherFiles(ISourceTree tree, IEnumerable<string> units)
    {
        var files = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string folder in Folders)
        {
            files.UnionWith(tree.ListFiles(folder));
        }

        foreach (string unit in units)
        {
            files.Add(unit);
            string beside = Path.GetDirectoryName(unit)!;
            files.UnionWith(tree.ListFiles(beside, recurse: false)
                .Where(f => f.EndsWith(".h", StringComparison.Ordinal)));
        }

        return [.. files];
    }

    internal static bool IsLeftOut(string file) =>
        LeftOut.Any(f => file.StartsWith(f, StringComparison.Ordinal) && file[f.Length] == '/');
}
