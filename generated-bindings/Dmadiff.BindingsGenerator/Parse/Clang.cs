// SPDX-License-Identifier: GPL-2.0-only
using System.ComponentModel;
using System.Diagnostics;

namespace Dmadiff.BindingsGenerator.Parse;

/// <summary>Runs clang over a header, or over a few lines of C that include it.</summary>
/// <param name="program">Name or path of clang.</param>
public sealed class Clang(string program)
{
    private static readonly string[] _common = ["-x", "c", "-std=gnu11", "-w"];

    /// <summary>The header's syntax tree, with the comments attached to declarations.</summary>
    /// <param name="header">Path of the header.</param>
    /// <returns>JSON.</returns>
    public string DumpTree(string header) =>
        Run(header, [.. _common, .. DumpFlags, header], input: null);

    /// <summary>The tree of a translation unit that includes the header.</summary>
    /// <param name="header">Path of the header.</param>
    /// <param name="source">C text that follows the header.</param>
    /// <returns>JSON.</returns>
    public string DumpTree(string header, string source) =>
        Run(header, [.. _common, .. DumpFlags, "-include", Path.GetFullPath(header), "-"], source);

    /// <summary>The preprocessed header, with its <c>#define</c> lines kept.</summary>
    /// <param name="header">Path of the header.</param>
    /// <returns>Preprocessor output with line markers.</returns>
    public string DumpMacros(string header) =>
        Run(header, [.. _common, "-E", "-dD", header], input: null);

    /// <summary>Whether a file is a header, or is included by it from the same folder: then
    /// it is a part of the boundary like the header itself.</summary>
    /// <param name="file">Path as clang tells it.</param>
    /// <param name="header">Path as clang was given it.</param>
    public static bool IsPart(string file, string header) =>
        string.Equals(file, header, StringComparison.Ordinal)
        || (file.Length > 0 && string.Equals(
            Path.GetDirectoryName(file), Path.GetDirectoryName(header), StringComparison.Ordinal)
            && file.EndsWith(".h", StringComparison.Ordinal));

    private static string[] DumpFlags =>
        ["-Xclang", "-ast-dump=json", "-fsyntax-only", "-fparse-all-comments"];

    private string Run(string header, string[] arguments, string? input)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Start(start);
        var messages = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input ?? "");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new GeneratorException(Complaint(header, messages.GetAwaiter().GetResult()));
        }

        return output;
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)
                ?? throw new GeneratorException($"{program} could not be started");
        }
        catch (Win32Exception e)
        {
            throw new GeneratorException(
                $"{program} could not be started ({e.Message}); the generator reads headers"
                + " with clang: install the package clang",
                e);
        }
    }

    /// <summary>Only the lines that say what is wrong, not the source that clang quotes.</summary>
    private static string Complaint(string header, string messages)
    {
        var lines = messages.Split('\n')
            .Where(line => line.Contains("error: ", StringComparison.Ordinal))
            .ToList();
        return lines.Count > 0 ? string.Join('\n', lines) : $"{header}: clang failed: {messages}";
    }
}
