// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using Dmadiff.Bindings;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Bindings;

public sealed class LayoutTests : IDisposable
{
    private const string Printer =
        """
        #include <stdio.h>
        #include "dmadiff_abi.h"

        int main(void)
        {
            uint32_t count, i;
            const struct dmd_layout *rows = dmd_abi_layout(&count);

            for (i = 0; i < count; i++)
                printf("%s %u %u\n", (const char *)rows[i].name, rows[i].offset, rows[i].size);
            return 0;
        }
        """;

    private readonly BindingsFixture _fixture = new();

    [Fact]
    public void C_and_csharp_put_every_field_at_the_same_place()
    {
        var fromC = TableOf(BindingsFixture.AbiFolder);
        fromC.Count.ShouldBe(AbiLayout.Rows.Count);
        fromC["dmd_op"].ShouldBe((0u, 48u));
        fromC["dmd_crash.message"].ShouldBe((232u, 192u));
        AbiLayout.Compare(fromC).ShouldBeEmpty();
    }

    [Fact]
    public void A_library_built_from_another_header_is_told_apart_field_by_field()
    {
        var header = BindingsFixture.ProjectHeader()
            .Replace("uint8_t function[64]", "uint8_t function[72]", StringComparison.Ordinal)
            .Replace("uint32_t pad_slots;", "uint32_t padslots;", StringComparison.Ordinal);
        _fixture.Generate(header).ShouldBe((0, ""));
        AbiLayout.Compare(TableOf(Path.GetDirectoryName(_fixture.Header)!)).ShouldBe(
        [
            "dmd_slot_state.pad_slots: C# has it, C has not",
            "dmd_crash: 424 bytes at offset 0 in C#, 432 bytes at offset 0 in C",
            "dmd_crash.function: 64 bytes at offset 40 in C#, 72 bytes at offset 40 in C",
            "dmd_crash.file: 128 bytes at offset 104 in C#, 128 bytes at offset 112 in C",
            "dmd_crash.message: 192 bytes at offset 232 in C#, 192 bytes at offset 240 in C",
            "dmd_slot_state.padslots: C has it, C# has not",
        ]);
    }

    [Fact]
    public void A_layout_file_that_is_older_than_its_header_does_not_compile()
    {
        _fixture.Generate(BindingsFixture.ProjectHeader()).ShouldBe((0, ""));
        File.WriteAllText(
            _fixture.Header,
            BindingsFixture.ProjectHeader()
                .Replace("uint8_t file[128]", "uint8_t file[136]", StringComparison.Ordinal));
        var (exit, output) = BindingsFixture.Execute(
            "gcc", "-fsyntax-only", _fixture.LayoutFile);
        exit.ShouldNotBe(0);
        output.ShouldContain("size of dmd_crash differs from C#");
        output.ShouldContain("place of dmd_crash.message differs from C#");
    }

    [Fact]
    public void The_layout_file_compiles_against_kernel_types()
    {
        Directory.CreateDirectory(_fixture.PathOf("linux"));
        File.WriteAllText(
            _fixture.PathOf("linux/types.h"),
            """
            typedef unsigned char uint8_t;
            typedef int int32_t;
            typedef long long int64_t;
            typedef unsigned int uint32_t;
            typedef unsigned long long uint64_t;
            """);
        BindingsFixture.Execute(
            "gcc", "-std=gnu11", "-D__KERNEL__", "-nostdinc", "-ffreestanding", "-Wall", "-Werror",
            "-fsyntax-only", "-I", _fixture.PathOf("."),
            Path.Combine(BindingsFixture.AbiFolder, "dmadiff_abi_layout.c")).ShouldBe((0, ""));
    }

    [Fact]
    public void Byte_arrays_read_as_strings_up_to_the_nul()
    {
        var crash = default(AbiCrash);
        "swiotlb_bounce"u8.CopyTo(crash.Function);
        crash.Function.ToString().ShouldBe("swiotlb_bounce");
        ((Span<byte>)crash.Function).Fill((byte)'x');
        crash.Function.ToString().ShouldBe(new string('x', 64));
    }

    [Fact]
    public unsafe void Entry_points_are_looked_up_by_symbol_in_field_order()
    {
        var asked = new List<string>();
        var table = AbiEntryPoints.Resolve(symbol =>
        {
            asked.Add(symbol);
            return asked.Count;
        });
        asked.ShouldBe(AbiEntryPoints.Symbols);
        ((nint)table.Boot).ShouldBe(1);
        ((nint)table.AbiLayout).ShouldBe(asked.Count);
        Should.Throw<EntryPointNotFoundException>(
            () => AbiEntryPoints.Resolve(symbol => symbol is "dmd_run" ? 0 : 1))
            .Message.ShouldContain("dmd_run");
    }

    public void Dispose() => _fixture.Dispose();

    private Dictionary<string, (uint Offset, uint Size)> TableOf(string abiFolder)
    {
        var source = _fixture.PathOf("print.c");
        var program = _fixture.PathOf("print");
        File.WriteAllText(source, Printer);
        BindingsFixture.Execute(
            "gcc", "-Wall", "-Wextra", "-Werror", "-I", abiFolder, "-o", program, source,
            Path.Combine(abiFolder, "dmadiff_abi_layout.c")).ShouldBe((0, ""));
        var (exit, output) = BindingsFixture.Execute(program);
        exit.ShouldBe(0);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .ToDictionary(
                words => words[0],
                words => (Number(words[1]), Number(words[2])),
                StringComparer.Ordinal);
    }

    private static uint Number(string text) => uint.Parse(text, CultureInfo.InvariantCulture);
}
