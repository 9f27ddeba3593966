// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.KernelHarness;

/// <summary>Groups of build.json that a build may be without: "part", "otherwise", "when".
/// </summary>
public sealed class PartialBuildTests : IDisposable
{
    private const string Extra = "kernel/dma/extra.c";
    private const string TheFile = "the file of the kernel";
    private const string Instead = "what takes its place";
    private readonly ToyHarness _toy = new();

    public PartialBuildTests()
    {
        _toy.Folder.Write("harness/interpreter/instead.c", Constant(Instead));
    }

    public void Dispose() => _toy.Dispose();

    [Fact]
    public void A_part_that_compiles_is_in()
    {
        Plan("""
            { "part": "iommu", "flags": [], "units": ["{tree}/kernel/dma/extra.c"],
              "otherwise": ["{harness}/interpreter/instead.c"] }
            """);
        KernelBuild build = _toy.Build(WithExtra(Constant(TheFile)));
        build.LeftOut.ShouldBeEmpty();
        build.Lacks.ShouldBe(EngineCapabilities.None);
        build.CompiledUnits.ShouldBe(3);
        Holds(build, TheFile).ShouldBeTrue();
        Holds(build, Instead).ShouldBeFalse();
    }

    [Fact]
    public void A_part_that_does_not_compile_is_left_out_and_told_with_its_place()
    {
        Plan("""
            { "part": "iommu", "flags": [], "units": ["{tree}/kernel/dma/extra.c"],
              "otherwise": ["{harness}/interpreter/instead.c"] }
            """);
        KernelBuild build = _toy.Build(WithExtra("int extra = nowhere;\n"));
        build.Lacks.ShouldBe(EngineCapabilities.Iommu);
        build.LeftOut.ShouldHaveSingleItem().Why.ShouldStartWith(
            $"{Extra}: {Extra}:1: 'nowhere' undeclared");
        Holds(build, Instead).ShouldBeTrue();
    }

    [Fact]
    public void A_part_is_left_out_of_a_tree_that_has_no_such_file()
    {
        Plan("""
            { "part": "iommu", "flags": [], "units": ["{tree}/kernel/dma/extra.c"],
              "otherwise": ["{harness}/interpreter/instead.c"] }
            """);
        KernelBuild build = _toy.Build();
        build.Lacks.ShouldBe(EngineCapabilities.Iommu);
        Holds(build, Instead).ShouldBeTrue();
    }

    [Fact]
    public void What_every_build_needs_is_not_left_out()
    {
        Plan("""{ "flags": [], "units": ["{tree}/kernel/dma/extra.c"] }""");
        Should.Throw<KernelBuildException>(() => _toy.Build(WithExtra("int extra = nowhere;\n")))
            .Message.ShouldContain("'nowhere' undeclared");
    }

    [Theory]
    [InlineData("default", false)]
    [InlineData("xen", true)]
    public void An_option_brings_its_units(string configuration, bool has)
    {
        Plan("""
            { "when": "xen", "flags": [], "units": ["{tree}/kernel/dma/extra.c"] }
            """);
        KernelBuild build = new KernelBuilder(_toy.Folder.Cache, _toy.Folder["harness"]).Build(
            WithExtra(Constant(TheFile)),
            ConfigurationSettings.Parse(configuration).Configuration,
            CancellationToken.None);
        Holds(build, TheFile).ShouldBe(has);
        build.CompiledUnits.ShouldBe(has ? 3 : 2);
    }

    private static string Constant(string text) =>
        $"__attribute__((visibility(\"default\"))) const char toy_extra[] = \"{text}\";\n";

    private static bool Holds(KernelBuild build, string text) =>
        File.ReadAllText(build.LibraryPath, Encoding.Latin1)
            .Contains(text, StringComparison.Ordinal);

    private EditedTree WithExtra(string text) =>
        new(_toy.Tree, new Dictionary<string, string> { [Extra] = text });

    /// <summary>Adds a group to the toy's plan.</summary>
    private void Plan(string group)
    {
        const string groups = "\"groups\": [";
        string plan = File.ReadAllText(_toy.Folder["harness/build.json"]);
        _toy.Folder.Write(
            "harness/build.json",
            plan.Replace(groups, groups + group + ",", StringComparison.Ordinal));
    }
}
