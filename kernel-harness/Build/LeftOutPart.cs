// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.KernelHarness.Build;

/// <summary>A part of a kernel that a build is without.</summary>
/// <param name="Part">The part.</param>
/// <param name="Why">The unit that does not compile, and its first complaint.</param>
public sealed record LeftOutPart(EngineCapabilities Part, string Why)
{
    /// <summary>The file of a build that tells of them.</summary>
    internal const string FileName = "left_out.txt";

    /// <summary>Reads them back.</summary>
    internal static IReadOnlyList<LeftOutPart> Read(string path) =>
    [
        .. File.ReadAllLines(path)
            .Select(line => line.Split('\t', 2))
            .Select(words => new LeftOutPart(
                Enum.Parse<EngineCapabilities>(words[0]), words[1])),
    ];

    /// <summary>Writes them, one a line.</summary>
    internal static void Write(string path, IEnumerable<LeftOutPart> parts) =>
        File.WriteAllLines(
            path, parts.Select(part => $"{part.Part}\t{part.Why.ReplaceLineEndings(" ")}"));
}
