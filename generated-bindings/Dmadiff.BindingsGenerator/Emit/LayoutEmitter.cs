// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.BindingsGenerator.Passes;

namespace Dmadiff.BindingsGenerator.Emit;

/// <summary>Emits the C# side's table of sizes and offsets, measured when it runs.</summary>
public static class LayoutEmitter
{
    /// <summary>The file's text.</summary>
    public static string Emit(CsBindings bindings, string origin)
    {
        var code = new CodeWriter(origin);
        code.Line("using System.Collections.Generic;");
        code.Line();
        code.Line("namespace Dmadiff.Bindings;");
        code.Line();
        code.Line("public partial struct AbiLayout");
        code.Open();
        code.Line("private static unsafe void Measure(");
        code.Line("    OrderedDictionary<string, (uint Offset, uint Size)> rows)");
        code.Open();
        foreach (var type in bindings.Structs)
        {
            code.Open();
            code.Line($"var it = default({type.Name});");
            code.Line($"rows.Add(\"{type.CName}\", (0, (uint)sizeof({type.Name})));");
            foreach (var field in type.Fields)
            {
                var name = $"{type.CName}.{field.CName}";
                code.Line($"rows.Add(\"{name}\", Place(&it, &it.{field.Name}));");
            }

            code.Close();
        }

        code.Close();
        code.Close();
        return code.ToString();
    }
}
