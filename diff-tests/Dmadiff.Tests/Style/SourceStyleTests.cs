// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using System.Text.RegularExpressions;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Style;

[CollectionDefinition(nameof(SourceStyleTests))]
public sealed class SourceStyleCollection : ICollectionFixture<Kernels>;

/// <summary>What every file of this project has to be like.</summary>
[Collection(nameof(SourceStyleTests))]
public sealed partial class SourceStyleTests(Kernels kernels)
{
    private const int MostLines = 400;
    private const int CopiedLines = 8;
    private static readonly string[] Code = [".cs", ".c", ".h", ".sh"];

    private static readonly (string Path, string[] Lines)[] Sources =
    [
        .. SourceTree.Files
            .Where(f => Code.Contains(Path.GetExtension(f)))
            .Select(f => (f, File.ReadAllLines(Path.Combine(SourceTree.Root, f)))),
    ];

    [Fact]
    public void There_are_sources_to_look_at()
    {
        Sources.Length.ShouldBeGreaterThan(100);
        foreach (string extension in Code)
        {
            Sources.ShouldContain(s => s.Path.EndsWith(extension));
        }
    }

    [Fact]
    public void Every_source_has_its_licence_on_top() =>
        Wrong(s => !s.Lines.Take(3).Any(l => l.Contains("SPDX-License-Identifier: GPL-2.0-only")))
            .ShouldBeEmpty();

    [Fact]
    public void No_source_is_longer_than_one_sitting() =>
        Wrong(s => s.Lines.Length > MostLines && !s.Path.Contains("/Generated/"))
            .ShouldBeEmpty();

    [Fact]
    public void Nothing_is_left_for_later() =>
        Offending(LeftForLater()).ShouldBeEmpty();

    [Fact]
    public void No_name_means_nothing() =>
        SourceTree.Files.Where(f => Meaningless().IsMatch(f)).ShouldBeEmpty();

    [Fact]
    public void No_path_of_a_machine_is_in_the_sources() =>
        Offending(MachinePath()).ShouldBeEmpty();

    [Theory]
    [InlineData(Kernels.Old)]
    [InlineData(Kernels.New)]
    public void No_code_of_the_kernel_is_in_the_sources(string kernel)
    {
        byte[] bytes = kernels[kernel].Tree.ReadFile(SourceEdit.Swiotlb)!;
        HashSet<string> runs = [.. Runs(Encoding.UTF8.GetString(bytes).Split('\n'))];
        runs.Count.ShouldBeGreaterThan(500);
        Wrong(s => Runs(s.Lines).Any(runs.Contains)).ShouldBeEmpty();
    }

    private static IEnumerable<string> Wrong(Func<(string Path, string[] Lines), bool> isWrong) =>
        Sources.Where(isWrong).Select(s => s.Path);

    private static IEnumerable<string> Offending(Regex pattern) =>
        from source in Sources
        from line in source.Lines.Select((text, i) => (Text: text, Number: i + 1))
        where pattern.IsMatch(line.Text)
        select $"{source.Path}:{line.Number}: {line.Text.Trim()}";

    /// <summary>Every run of lines that say something, without their white space.</summary>
    private static IEnumerable<string> Runs(string[] lines)
    {
        string[] telling =
        [
            .. lines.Select(l => Blank().Replace(l, string.Empty)).Where(l => l.Length > 3),
        ];
        return Enumerable.Range(0, Math.Max(0, telling.Length - CopiedLines + 1))
            .Select(i => string.Join('\n', telling, i, CopiedLines));
    }

    // In two parts, or this file would be found.
    [GeneratedRegex(
        @"\b(TO" + "DO|FIX" + @"ME|XX" + @"X)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LeftForLater();

    [GeneratedRegex(
        @"(Util|Helper)s?\.[a-z]+$|/(util|helper)s?/",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Meaningless();

    [GeneratedRegex(
        @"(^|[\s""'(=])/(home|root|work|Users|mnt|tmp)/\w", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\s", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Blank();
}
