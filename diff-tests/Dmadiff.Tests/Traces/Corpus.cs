// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Tests.Traces;

/// <summary>Finds the hand-written traces beside the tests.</summary>
internal static class Corpus
{
    /// <summary>Those that run on a kernel of the default configuration.</summary>
    public static IReadOnlyList<string> Files { get; } = Find("");

    /// <summary>Those that are about others.</summary>
    public static IReadOnlyList<string> ConfigurationFiles { get; } = Find("configurations");

    private static string[] Find(string part)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null)
        {
            var corpus = Path.Combine(folder.FullName, "diff-tests", "corpus", part);
            if (Directory.Exists(corpus))
            {
                var files = Directory.GetFiles(corpus, "*.trace");
                Array.Sort(files, StringComparer.Ordinal);
                return files;
            }

            folder = folder.Parent;
        }

        throw new DirectoryNotFoundException("diff-tests/corpus is not above the tests");
    }
}
