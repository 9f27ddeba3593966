// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.BindingsGenerator.Passes;

namespace Dmadiff.BindingsGenerator.Emit;

/// <summary>Emits <c>AbiConstants</c>.</summary>
public static class ConstantsEmitter
{
    /// <summary>The file's text.</summary>
    public static string Emit(CsBindings bindings, string origin)
    {
        var code = new CodeWriter(origin);
        code.Line("namespace Dmadiff.Bindings;");
        code.Line();
        code.Summary($"Constants of {origin}.");
        code.Line("public static class AbiConstants");
        code.Open();
        for (var i = 0; i < bindings.Constants.Count; i++)
        {
            var constant = bindings.Constants[i];
            if (i > 0)
            {
                code.Line();
            }

            code.Summary(constant.Doc);
            code.Line($"public const {constant.Type} {constant.Name} = {constant.Literal};");
        }

        code.Close();
        return code.ToString();
    }
}
