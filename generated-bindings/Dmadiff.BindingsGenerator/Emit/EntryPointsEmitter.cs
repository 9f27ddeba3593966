// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.BindingsGenerator.Passes;

namespace Dmadiff.BindingsGenerator.Emit;

/// <summary>Emits the table of function pointers.</summary>
public static class EntryPointsEmitter
{
    /// <summary>The file's text.</summary>
    public static string Emit(CsBindings bindings, string origin)
    {
        var code = new CodeWriter(origin);
        code.Line("using System;");
        code.Line("using System.Collections.Generic;");
        code.Line();
        code.Line("namespace Dmadiff.Bindings;");
        code.Line();
        code.Summary("What a library that holds a kernel exports.");
        code.Line("public unsafe struct AbiEntryPoints");
        code.Open();
        foreach (var entry in bindings.EntryPoints)
        {
            code.Summary(entry.Doc);
            code.Remarks($"<c>{entry.Prototype}</c>");
            code.Wrapped($"public {entry.Type} {entry.Name};");
            code.Line();
        }

        Symbols(code, bindings.EntryPoints);
        code.Line();
        Resolve(code, bindings.EntryPoints);
        code.Close();
        return code.ToString();
    }

    private static void Symbols(CodeWriter code, IReadOnlyList<CsEntryPoint> entries)
    {
        code.Summary("The names in the library, in the order of the fields.");
        code.Line("public static IReadOnlyList<string> Symbols { get; } = new[]");
        code.Open();
        foreach (var entry in entries)
        {
            code.Line($"\"{entry.Symbol}\",");
        }

        code.Close(";");
    }

    private static void Resolve(CodeWriter code, IReadOnlyList<CsEntryPoint> entries)
    {
        code.Summary("Looks up every entry point.");
        code.Line("/// <param name=\"resolve\">Address of a symbol, or 0 without one.</param>");
        code.Line("/// <exception cref=\"EntryPointNotFoundException\">");
        code.Line("/// A symbol is missing.");
        code.Line("/// </exception>");
        code.Line("public static AbiEntryPoints Resolve(Func<string, nint> resolve)");
        code.Open();
        code.Line("var table = default(AbiEntryPoints);");
        foreach (var entry in entries)
        {
            code.Wrapped(
                $"table.{entry.Name} = ({entry.Type}) "
                + $"Find(resolve,{CodeWriter.KeptSpace}\"{entry.Symbol}\");");
        }

        code.Line("return table;");
        code.Close();
        code.Line();
        code.Line("private static nint Find(Func<string, nint> resolve, string symbol)");
        code.Open();
        code.Line("var address = resolve(symbol);");
        code.Line("return address != 0");
        code.Line("    ? address");
        code.Line("    : throw new EntryPointNotFoundException($\"the library has no {symbol}\");");
        code.Close();
    }
}
