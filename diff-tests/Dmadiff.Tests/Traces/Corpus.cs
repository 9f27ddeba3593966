// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Tests.Traces;

/// <summary>Finds the hand-written traces beside the tests.</summary>
internal static class Corpus
{
    public static IReadOnlyList<string> Files { get; } = Find();

    private static string[] Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null)
        {
            var corpus = Path.Combine(folder.FullName, "diff-tests", "corpus");
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
