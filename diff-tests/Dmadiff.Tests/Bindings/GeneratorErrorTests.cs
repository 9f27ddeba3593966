// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.BindingsGenerator;
using Dmadiff.BindingsGenerator.Parse;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Bindings;

public sealed class GeneratorErrorTests : IDisposable
{
    private const string Layout =
        """
        struct dmd_layout { uint8_t name[64]; uint32_t offset; uint32_t size; };
        const struct dmd_layout *dmd_abi_layout(uint32_t *rows);
        """;

    private readonly BindingsFixture _fixture = new();

    [Theory]
    [InlineData("struct dmd_x {\nuint32_t a : 3;\n};", 3, "dmd_x.a is a bit-field")]
    [InlineData("struct dmd_x {\nunion { uint32_t a; };\n};", 3, "a union")]
    [InlineData("union dmd_x { uint32_t a; };", 2, "a union")]
    [InlineData("struct dmd_x {\nuint8_t *a;\n};", 3, "dmd_x.a is a pointer (uint8_t *)")]
    [InlineData("struct dmd_x {\nvoid (*a)(void);\n};", 3, "dmd_x.a is a pointer")]
    [InlineData("struct dmd_x {\nfloat a;\n};", 3, "dmd_x.a is floating point")]
    [InlineData("struct dmd_x {\nunsigned long a;\n};", 3, "dmd_x.a is of type unsigned long")]
    [InlineData("struct dmd_x {\nuint32_t a[2];\n};", 3, "dmd_x.a is an array of uint32_t")]
    [InlineData("struct dmd_x {\nuint32_t a;\nuint64_t b;\n};", 4, "4 bytes of padding before")]
    [InlineData("struct dmd_x {\nuint64_t a;\nuint8_t b;\n};", 2, "7 bytes of padding at the end")]
    [InlineData("struct dmd_x {\n/* enum dmd_y */\nuint32_t a;\n};", 4, "enum dmd_y")]
    [InlineData("struct dmd_x;", 2, "no body")]
    [InlineData("struct other { uint32_t a; };", 2, "other does not start with dmd_")]
    [InlineData("enum { DMD_A, DMD_B };", 2, "an enum without a name")]
    [InlineData("enum dmd_x { DMD_A,\nDMD_B = -1 };", 3, "DMD_B is -1")]
    [InlineData("/* Bits of x. */\nenum dmd_x {\nDMD_A = 1,\nDMD_B = 3 };", 5, "DMD_B is 3")]
    [InlineData("void dmd_x(uint32_t a, ...);", 2, "dmd_x is variadic")]
    [InlineData("void dmd_x(void *a);", 2, "parameter a of dmd_x is a pointer")]
    [InlineData("double dmd_x(void);", 2, "what dmd_x returns is floating point")]
    [InlineData("static void dmd_x(void)\n{\n}", 2, "dmd_x has a body")]
    [InlineData("typedef uint32_t dmd_x;", 2, "dmd_x is a TypedefDecl")]
    [InlineData("extern uint32_t dmd_x;", 2, "dmd_x is a VarDecl")]
    [InlineData("#define DMD_X(a) a", 2, "DMD_X is a macro with parameters")]
    [InlineData("\n#define DMD_X \"text\"", 3, "integer constant expression")]
    [InlineData("uint32_t dmd_x(\n", 4, "expected")]
    public void What_cannot_cross_the_boundary_is_refused_with_its_line_and_nothing_is_written(
        string text, int line, string message)
    {
        var (exit, error) = _fixture.Generate($"#include <stdint.h>\n{text}\n{Layout}\n");
        exit.ShouldBe(BindingsGenerator.Program.BadInput);
        error.ShouldStartWith($"{_fixture.Header}:{line}:");
        error.ShouldContain(message);
        error.ShouldNotContain("   at ");
        Directory.Exists(_fixture.Output).ShouldBeFalse();
    }

    [Fact]
    public void A_header_without_the_layout_table_is_refused()
    {
        var (exit, error) = _fixture.Generate("#include <stdint.h>\nenum dmd_x { DMD_X };\n");
        exit.ShouldBe(BindingsGenerator.Program.BadInput);
        error.ShouldContain("dmd_abi_layout()");
    }

    [Fact]
    public void A_missing_header_is_named()
    {
        var (exit, error) = BindingsFixture.Run(_fixture.PathOf("none.h"), _fixture.Output);
        exit.ShouldBe(BindingsGenerator.Program.BadInput);
        error.ShouldBe($"{_fixture.PathOf("none.h")}: no such file\n");
    }

    [Fact]
    public void Wrong_arguments_print_the_usage()
    {
        var (exit, error) = BindingsFixture.Run("one");
        exit.ShouldBe(BindingsGenerator.Program.BadInput);
        error.ShouldStartWith("usage: Dmadiff.BindingsGenerator HEADER OUTPUT_DIR");
    }

    [Fact]
    public void A_machine_without_clang_is_told_to_install_it()
    {
        File.WriteAllText(_fixture.Header, BindingsFixture.ProjectHeader());
        var generator = new Generator(new Clang("no-such-clang"));
        Should.Throw<GeneratorException>(() => generator.Run(_fixture.Header, _fixture.Output))
            .Message.ShouldContain("install the package clang");
    }

    public void Dispose() => _fixture.Dispose();
}
