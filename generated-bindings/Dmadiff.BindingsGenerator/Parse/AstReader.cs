// SPDX-License-Identifier: GPL-2.0-only
using System.Text.Json;

namespace Dmadiff.BindingsGenerator.Parse;

/// <summary>
/// Turns clang's JSON into nodes. Clang writes a file or a line only where it differs from
/// the one written before, so locations come out right only when every one of them is
/// visited, in the order of the text.
/// </summary>
public sealed class AstReader
{
    private string _file = "";
    private int _line;

    /// <summary>Reads a whole tree.</summary>
    /// <param name="json">What <c>-ast-dump=json</c> printed.</param>
    /// <returns>The translation unit.</returns>
    public static AstNode Read(string json)
    {
        var options = new JsonDocumentOptions { MaxDepth = 1024 };
        using var document = JsonDocument.Parse(json, options);
        return new AstReader().ReadNode(document.RootElement);
    }

    private AstNode ReadNode(JsonElement element)
    {
        var node = new AstNode();
        foreach (var property in element.EnumerateObject())
        {
            ReadProperty(node, property);
        }

        return node;
    }

    private void ReadProperty(AstNode node, JsonProperty property)
    {
        var value = property.Value;
        switch (property.Name)
        {
            case "kind": node.Kind = value.GetString() ?? ""; break;
            case "name": node.Name = value.GetString() ?? ""; break;
            case "tagUsed": node.Tag = value.GetString() ?? ""; break;
            case "value": node.Value = value.ToString(); break;
            case "text": node.Text = value.GetString() ?? ""; break;
            case "isBitfield": node.IsBitField = value.GetBoolean(); break;
            case "variadic": node.IsVariadic = value.GetBoolean(); break;
            case "isImplicit": node.IsImplicit = value.GetBoolean(); break;
            case "completeDefinition": node.IsComplete = value.GetBoolean(); break;
            case "type": node.Type = value.GetProperty("qualType").GetString() ?? ""; break;
            case "loc": node.At = ReadLocation(value); break;
            case "range":
                ReadLocation(value.GetProperty("begin"));
                node.LastLine = ReadLocation(value.GetProperty("end")).Line;
                break;
            case "inner":
                foreach (var child in value.EnumerateArray())
                {
                    node.Children.Add(ReadNode(child));
                }

                break;
        }
    }

    /// <summary>A plain location, or a pair of them where a macro was expanded.</summary>
    private Location ReadLocation(JsonElement element)
    {
        foreach (var property in element.EnumerateObject())
        {
            switch (property.Name)
            {
                case "file": _file = property.Value.GetString() ?? ""; break;
                case "line": _line = property.Value.GetInt32(); break;
                case "spellingLoc" or "expansionLoc": ReadLocation(property.Value); break;
            }
        }

        return new Location(_file, _line);
    }
}
