// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Build;

/// <summary>
/// The asm/ headers that this architecture leaves to the generic ones, as the kernel's own
/// build makes them for every architecture.
/// </summary>
internal static class AsmWrappers
{
    /// <summary>Writes include/asm/X.h for each generic X.h that the overlay lacks.</summary>
    /// <param name="tree">The exported kernel.</param>
    /// <param name="overlay">The architecture's headers: a folder that holds asm/.</param>
    /// <param name="build">The folder below which include/asm is written.</param>
    public static void Write(string tree, string overlay, string build)
    {
        string target = Path.Combine(build, "include", "asm");
        Directory.CreateDirectory(target);
        string[] generic = ["include/asm-generic", "include/uapi/asm-generic"];
        IEnumerable<string> names = generic
            .Select(folder => Path.Combine(tree, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.h"))
            .Select(file => Path.GetFileName(file))
            .Distinct(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (!File.Exists(Path.Combine(overlay, "asm", name)))
            {
                File.WriteAllText(
                    Path.Combine(target, name), $"#include <asm-generic/{name}>\n");
            }
        }
    }
}
