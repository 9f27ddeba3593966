// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.BindingsGenerator.Passes;

namespace Dmadiff.BindingsGenerator.Emit;

/// <summary>Emits the structs: sequential and blittable, with C's own layout.</summary>
public static class StructsEmitter
{
    /// <summary>The file's text.</summary>
    public static string Emit(CsBindings bindings, string origin)
    {
        var code = new CodeWriter(origin);
        code.Line("using System.Runtime.InteropServices;");
        code.Line();
        code.Line("namespace Dmadiff.Bindings;");
        foreach (var type in bindings.Structs)
        {
            code.Line();
            Emit(code, type);
        }

        return code.ToString();
    }

    private static void Emit(CodeWriter code, CsStruct type)
    {
        code.Summary(type.Doc);
        code.Line("[StructLayout(LayoutKind.Sequential)]");
        code.Line($"public partial struct {type.Name}");
        code.Open();
        foreach (var field in type.Fields)
        {
            code.Summary(field.Doc);
            code.Line($"public {field.Type} {field.Name};");
        }

        code.Close();
    }
}
