// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Build;

/// <summary>The three folders that a build reads from, and their names in build.json.</summary>
/// <param name="Tree">The exported kernel.</param>
/// <param name="Harness">This project's C.</param>
/// <param name="Build">Generated headers and the result.</param>
internal sealed record BuildPaths(string Tree, string Harness, string Build)
{
    private (string Placeholder, string Folder)[] Pairs =>
        [("{tree}", Tree), ("{harness}", Harness), ("{build}", Build)];

    /// <summary>
    /// Keeps the names of folders, which differ between machines, out of what is built.
    /// </summary>
    public IEnumerable<string> PrefixMaps =>
    [
        $"-ffile-prefix-map={Tree}/=",
        $"-ffile-prefix-map={Harness}/=kernel-harness/",
        $"-ffile-prefix-map={Build}=.",
    ];

    /// <summary>Puts the folders in place of their names.</summary>
    public string Expand(string text)
    {
        foreach ((string placeholder, string folder) in Pairs)
        {
            text = text.Replace(placeholder, folder);
        }

        return text;
    }

    /// <summary>Puts the names in place of the folders a path starts with.</summary>
    public string Abstract(string path)
    {
        foreach ((string placeholder, string folder) in Pairs)
        {
            if (path.StartsWith(folder + "/", StringComparison.Ordinal))
            {
                return placeholder + path[folder.Length..];
            }
        }

        return path;
    }

    /// <summary>A path as people know it: within the kernel, or within this project.</summary>
    public string Display(string path)
    {
        string named = Abstract(path);
        return named
            .Replace("{tree}/", string.Empty)
            .Replace("{harness}/", "kernel-harness/")
            .Replace("{build}/", "generated/");
    }
}
