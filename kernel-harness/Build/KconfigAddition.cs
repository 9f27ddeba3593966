// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using System.Text.RegularExpressions;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.KernelHarness.Build;

/// <summary>An option of the configuration that a tree adds to those that are known.</summary>
/// <param name="Name">Without CONFIG_.</param>
/// <param name="Units">What is compiled with it: "{tree}/drivers/iommu/x.c".</param>
public sealed record KconfigAddition(string Name, IReadOnlyList<string> Units)
{
    /// <summary>What a kernel that has it on is known by: "CONFIG_IOMMU_IO_BUFFER".</summary>
    public string Feature => "CONFIG_" + Name;

    private static readonly string[] Folders = ["kernel/dma", "drivers/iommu"];

    /// <summary>Looks up in the tree's makefiles what is compiled with it.</summary>
    /// <param name="name">Without CONFIG_.</param>
    /// <param name="tree">The tree.</param>
    public static KconfigAddition Of(string name, ISourceTree tree)
    {
        var line = new Regex(
            $@"^obj-\$\(CONFIG_{Regex.Escape(name)}\)\s*\+=\s*(?<objects>.*)$",
            RegexOptions.Multiline | RegexOptions.ExplicitCapture,
            TimeSpan.FromMilliseconds(PatternLimit.Milliseconds));
        return new KconfigAddition(
            name,
            [
                .. Folders.SelectMany(folder => line
                    .Matches(Encoding.UTF8.GetString(tree.ReadFile(folder + "/Makefile") ?? []))
                    .SelectMany(m => m.Groups["objects"].Value.Split(
                        ' ', StringSplitOptions.RemoveEmptyEntries))
                    .Where(o => o.EndsWith(".o", StringComparison.Ordinal))
                    .Select(o => $"{folder}/{o[..^2]}.c")
                    .Where(path => tree.ContentId(path) is not null)
                    .Select(path => "{tree}/" + path)),
            ]);
    }
}
