// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.BindingsGenerator.Emit;
using Dmadiff.BindingsGenerator.Parse;
using Dmadiff.BindingsGenerator.Passes;

namespace Dmadiff.BindingsGenerator;

/// <summary>Header to files: parse, then passes, then emit.</summary>
/// <param name="clang">The compiler that reads the header.</param>
public sealed class Generator(Clang clang)
{
    /// <summary>The generated C file; it lies next to the header it includes.</summary>
    public const string LayoutFile = "dmadiff_abi_layout.c";

    /// <summary>Reads a header and writes every generated file.</summary>
    /// <param name="header">Path of the header.</param>
    /// <param name="outputDirectory">Folder for the C#; made when it is missing.</param>
    /// <exception cref="GeneratorException">The header has something that has no place in
    /// the boundary, or does not compile, or clang is missing.</exception>
    public void Run(string header, string outputDirectory)
    {
        if (!File.Exists(header))
        {
            throw new GeneratorException($"{header}: no such file");
        }

        var parsed = new HeaderParser(clang, header).Parse();
        var bindings = Translation.Translate(parsed);
        var origin = Path.GetFileName(header);
        // Everything is rendered before anything is written: a header with an error
        // leaves the old files as they were.
        var files = CSharpFiles(bindings, origin)
            .Select(file => (Path.Combine(outputDirectory, file.Name), file.Text))
            .Append((
                Path.Combine(Path.GetDirectoryName(header) ?? "", LayoutFile),
                CLayoutEmitter.Emit(parsed, origin)))
            .ToList();

        Directory.CreateDirectory(outputDirectory);
        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        foreach (var (path, text) in files)
        {
            File.WriteAllText(path, text, encoding);
        }
    }

    private static IEnumerable<(string Name, string Text)> CSharpFiles(
        CsBindings bindings, string origin)
    {
        yield return ("AbiConstants.cs", ConstantsEmitter.Emit(bindings, origin));
        yield return ("AbiEnums.cs", EnumsEmitter.Emit(bindings, origin));
        yield return ("AbiStructs.cs", StructsEmitter.Emit(bindings, origin));
        yield return ("AbiBytes.cs", BytesEmitter.Emit(bindings, origin));
        yield return ("AbiEntryPoints.cs", EntryPointsEmitter.Emit(bindings, origin));
        yield return ("AbiLayoutRows.cs", LayoutEmitter.Emit(bindings, origin));
    }
}
