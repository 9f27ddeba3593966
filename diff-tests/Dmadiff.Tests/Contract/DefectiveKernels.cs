// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Native;
using Dmadiff.KernelHarness.Sources;
using Shouldly;

namespace Dmadiff.Tests.Contract;

/// <summary>A small defect in the kernel's own C.</summary>
/// <param name="Expected">The finding that it has to give first.</param>
/// <param name="Trace">What shows it.</param>
/// <param name="File">The file it is in.</param>
/// <param name="Pattern">What is replaced, once in the file.</param>
/// <param name="Replacement">What it becomes.</param>
internal sealed record Defect(
    string Expected,
    string Trace,
    string File,
    [property: StringSyntax(StringSyntaxAttribute.Regex)] string Pattern,
    string Replacement)
{
    /// <summary>One that a device behind an IOMMU shows, with a buffer of 64 KiB.</summary>
    /// <param name="expected">The finding that it has to give first.</param>
    /// <param name="settings">Of the device.</param>
    /// <param name="pattern">What is replaced, once in the file.</param>
    /// <param name="replacement">What it becomes.</param>
    /// <param name="file">The file it is in.</param>
    /// <param name="operations">What the device's driver does.</param>
    public static Defect Behind(
        string expected,
        string settings,
        [StringSyntax(StringSyntaxAttribute.Regex)] string pattern,
        string replacement,
        string file,
        string operations) =>
        new(
            expected,
            $"""
            dmadiff-trace 1
            device d0 {settings}
            buffer b0 size=64K
            {operations}

            """,
            file,
            pattern,
            replacement);

    /// <summary>Numbers for a theory, each with what is expected.</summary>
    public static IEnumerable<object[]> Numbers(IEnumerable<Defect> defects) =>
        defects.Index().Select(d => new object[] { d.Index, d.Item.Expected });
}

/// <summary>Builds 6.12 with defects.</summary>
public sealed class DefectiveKernels : IDisposable
{
    private readonly KernelSources _sources = new(CacheDirectory.ForUser(), TextWriter.Null);

    public void Dispose() => _sources.Dispose();

    /// <summary>The contract finds a defect, and nothing in the kernel as it was released.
    /// </summary>
    internal void ShouldFind(Defect defect)
    {
        KernelRevision tree = _sources.Open(null, "debian/6.12", CancellationToken.None);
        string original = Encoding.UTF8.GetString(tree.ReadFile(defect.File)!);
        var place = new Regex(defect.Pattern, RegexOptions.None, TimeSpan.FromSeconds(5));
        place.Count(original).ShouldBe(1, defect.Pattern);
        var edited = new EditedTree(tree, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [defect.File] = place.Replace(original, defect.Replacement),
        });
        var builder = new KernelBuilder(CacheDirectory.ForUser());
        using var healthy = new NativeEngine(builder.Build(tree, CancellationToken.None));
        Judged.Findings(healthy, defect.Trace).ShouldBeEmpty();
        KernelBuild build = builder.Build(edited, CancellationToken.None);
        build.LeftOut.ShouldBeEmpty();
        using var engine = new NativeEngine(build);
        string[] found = Judged.Findings(engine, defect.Trace);
        found.FirstOrDefault().ShouldBe(defect.Expected);
    }
}
