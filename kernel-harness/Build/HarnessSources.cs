// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Build;

/// <summary>The folder with this project's C, and what is in it.</summary>
internal sealed class HarnessSources
{
    private HarnessSources(string folder, string hash)
    {
        Folder = folder;
        Hash = hash;
    }

    /// <summary>Absolute path.</summary>
    public string Folder { get; }

    /// <summary>Changes with every file of it that can end up in a library.</summary>
    public string Hash { get; }

    /// <summary>Path of the architecture's headers.</summary>
    public string Overlay => Path.Combine(Folder, "overlay");

    /// <summary>Path of the list of what is compiled.</summary>
    public string Plan => Path.Combine(Folder, "build.json");

    /// <summary>Path of the list of feature probes.</summary>
    public string Probes => Path.Combine(Folder, "probes", "features.txt");

    /// <summary>Reads the folder.</summary>
    public static HarnessSources Read(string folder)
    {
        string full = Path.GetFullPath(folder);
        if (!Directory.Exists(full))
        {
            throw new UserErrorException($"{folder}: the harness's C is not there");
        }

        string[] notCompiled = [".md", ".txt", ".json"];
        string[] files = [.. Directory
            .EnumerateFiles(full, "*", SearchOption.AllDirectories)
            .Where(f => !notCompiled.Contains(Path.GetExtension(f)))
            .Order(StringComparer.Ordinal)];
        using var hash = new ContentHash();
        foreach (string file in files)
        {
            hash.Add(Path.GetRelativePath(full, file)).Add(File.ReadAllBytes(file));
        }

        return new HarnessSources(full, hash.Finish());
    }

    /// <summary>A hash of which headers there are, whatever is in them.</summary>
    public string HeaderNames()
    {
        string[] names = [.. Directory
            .EnumerateFiles(Folder, "*.h", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Folder, f))
            .Order(StringComparer.Ordinal)];
        using var hash = new ContentHash();
        return hash.AddAll(names).Finish();
    }
}
