// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.BindingsGenerator.Passes;

namespace Dmadiff.BindingsGenerator.Emit;

/// <summary>Emits the byte arrays that fields of structs are made of.</summary>
public static class BytesEmitter
{
    /// <summary>The file's text.</summary>
    public static string Emit(CsBindings bindings, string origin)
    {
        var code = new CodeWriter(origin);
        code.Line("using System;");
        code.Line("using System.Runtime.CompilerServices;");
        code.Line("using System.Text;");
        code.Line();
        code.Line("namespace Dmadiff.Bindings;");
        foreach (var length in bindings.ByteLengths)
        {
            code.Line();
            Emit(code, length);
        }

        return code.ToString();
    }

    private static void Emit(CodeWriter code, uint length)
    {
        code.Summary($"{length} bytes inside a struct, usually a NUL-terminated string.");
        code.Line($"[InlineArray({length})]");
        code.Line($"public struct AbiBytes{length}");
        code.Open();
        code.Summary("The first byte; the others are reached by index.");
        code.Line("public byte First;");
        code.Line();
        code.Summary("The string up to the NUL, or all bytes when there is none.");
        code.Line("public override readonly string ToString()");
        code.Open();
        code.Line("ReadOnlySpan<byte> bytes = this;");
        code.Line("var end = bytes.IndexOf((byte)0);");
        code.Line("return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);");
        code.Close();
        code.Close();
    }
}
