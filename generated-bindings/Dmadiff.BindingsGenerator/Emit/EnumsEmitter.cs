// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.BindingsGenerator.Passes;

namespace Dmadiff.BindingsGenerator.Emit;

/// <summary>Emits the enums.</summary>
public static class EnumsEmitter
{
    /// <summary>The file's text.</summary>
    public static string Emit(CsBindings bindings, string origin)
    {
        var code = new CodeWriter(origin);
        code.Line("using System;");
        code.Line();
        code.Line("namespace Dmadiff.Bindings;");
        foreach (var type in bindings.Enums)
        {
            code.Line();
            Emit(code, type);
        }

        return code.ToString();
    }

    private static void Emit(CodeWriter code, CsEnum type)
    {
        code.Summary(type.Doc);
        if (type.IsFlags)
        {
            code.Line("[Flags]");
        }

        code.Line($"public enum {type.Name} : uint");
        code.Open();
        if (type.IsFlags)
        {
            code.Summary("No bit.");
            code.Line("None = 0,");
        }

        foreach (var member in type.Members)
        {
            code.Summary(member.Doc);
            code.Line($"{member.Name} = {member.Value},");
        }

        code.Close();
    }
}
