// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Tests.Style;

/// <summary>The sources that the tests were built from.</summary>
internal static class SourceTree
{
    private static readonly string[] BuiltFolders = ["bin", "obj", ".git", ".vs", "TestResults"];

    /// <summary>The top folder, absolute.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Paths of all files but built ones, relative to the top folder; sorted.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [.. Below(Root).Select(f => Path.GetRelativePath(Root, f)).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Below(string folder) =>
        Directory.EnumerateFiles(folder).Concat(Directory.EnumerateDirectories(folder)
            .Where(f => !BuiltFolders.Contains(Path.GetFileName(f)))
            .SelectMany(Below));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Differential.sln")))
        {
            folder = folder.Parent
                ?? throw new InvalidOperationException("the tests run outside the source tree");
        }

        return folder.FullName;
    }
}
