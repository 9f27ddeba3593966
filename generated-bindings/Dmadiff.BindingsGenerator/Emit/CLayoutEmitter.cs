// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.BindingsGenerator.Parse;

namespace Dmadiff.BindingsGenerator.Emit;

/// <summary>
/// Emits the C side's table of sizes and offsets. It includes the header alone, so that it
/// compiles with a kernel's headers as well as with the host's.
/// </summary>
public static class CLayoutEmitter
{
    private const string Row = "dmd_layout";
    private const string Function = "dmd_abi_layout";

    /// <summary>The file's text.</summary>
    /// <exception cref="GeneratorException">The header has no <c>struct dmd_layout</c>, or no
    /// <c>dmd_abi_layout()</c>, or a name is too long for a row.</exception>
    public static string Emit(CHeader header, string origin)
    {
        var text = new StringBuilder();
        text.Append(
            $$"""
            /* SPDX-License-Identifier: GPL-2.0-only */
            /*
             * Made by Dmadiff.BindingsGenerator from {{origin}}: edit that, and run it
             * again. The numbers are those that the C# side was made for.
             */
            #include "{{origin}}"

            #define STRUCT_ROW(type) { #type, 0, sizeof(struct type) }
            #define FIELD_ROW(type, field)                                    \
            	{                                                         \
            		#type "." #field,                                 \
            		__builtin_offsetof(struct type, field),           \
            		sizeof(((struct type *)0)->field)                 \
            	}

            static const struct dmd_layout layout[] = {

            """);
        CheckRows(header, origin);
        foreach (var type in header.Structs)
        {
            text.Append($"\tSTRUCT_ROW({type.Name}),\n");
            foreach (var field in type.Fields)
            {
                text.Append($"\tFIELD_ROW({type.Name}, {field.Name}),\n");
            }
        }

        text.Append(
            """
            };

            const struct dmd_layout *dmd_abi_layout(uint32_t *rows)
            {
            	*rows = sizeof(layout) / sizeof(layout[0]);
            	return layout;
            }

            #define STRUCT_IS(type, bytes)                                    \
            	_Static_assert(sizeof(struct type) == (bytes),            \
            		       "size of " #type " differs from C#")
            #define FIELD_IS(type, field, offset, bytes)                      \
            	_Static_assert(                                           \
            		__builtin_offsetof(struct type, field) ==         \
            				(offset) &&                       \
            			sizeof(((struct type *)0)->field) ==      \
            				(bytes),                          \
            		"place of " #type "." #field " differs from C#")


            """);
        foreach (var type in header.Structs)
        {
            text.Append($"STRUCT_IS({type.Name}, {type.Size});\n");
            foreach (var field in type.Fields)
            {
                text.Append(
                    $"FIELD_IS({type.Name}, {field.Name}, {field.Offset}, {field.Size});\n");
            }
        }

        return text.ToString();
    }

    private static void CheckRows(CHeader header, string origin)
    {
        var row = header.Structs.FirstOrDefault(type => type.Name is Row);
        var limit = row?.Fields.FirstOrDefault(field => field.Name is "name");
        if (limit is null || header.Functions.All(function => function.Name is not Function))
        {
            throw new GeneratorException(
                $"{origin}: struct {Row} with a name, and {Function}(), must be declared: they"
                + " carry the table of sizes");
        }

        foreach (var type in header.Structs)
        {
            var name = type.Fields.Select(field => $"{type.Name}.{field.Name}")
                .FirstOrDefault(name => name.Length >= limit.Size);
            if (name is not null)
            {
                throw new GeneratorException(
                    type.At, $"{name} does not fit the {limit.Size} bytes of {Row}.name");
            }
        }
    }
}
