// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics;
using Dmadiff.BindingsGenerator;

namespace Dmadiff.Tests.Bindings;

/// <summary>A temporary folder with a header in it, to generate from.</summary>
public sealed class BindingsFixture : IDisposable
{
    private readonly string _folder =
        Directory.CreateTempSubdirectory("dmadiff-bindings-").FullName;

    public static string AbiFolder => Path.Combine(Root(), "kernel-harness", "abi");

    public static string GeneratedFolder =>
        Path.Combine(Root(), "generated-bindings", "Dmadiff.Bindings", "Generated");

    public string Header => Path.Combine(_folder, "dmadiff_abi.h");

    public string Output => Path.Combine(_folder, "out");

    public string LayoutFile => Path.Combine(_folder, Generator.LayoutFile);

    public string PathOf(string name) => Path.Combine(_folder, name);

    public static string ProjectHeader() =>
        File.ReadAllText(Path.Combine(AbiFolder, "dmadiff_abi.h"));

    /// <summary>Runs the generator's command line on a header with this text.</summary>
    public (int Exit, string Message) Generate(string header)
    {
        File.WriteAllText(Header, header);
        foreach (var part in Directory.GetFiles(AbiFolder, "*.h")
            .Where(part => Path.GetFileName(part) != Path.GetFileName(Header)))
        {
            File.Copy(part, PathOf(Path.GetFileName(part)), overwrite: true);
        }

        return Run(Header, Output);
    }

    public static (int Exit, string Message) Run(params string[] args)
    {
        using var error = new StringWriter();
        var exit = BindingsGenerator.Program.Run(args, error);
        return (exit, error.ToString());
    }

    /// <summary>Runs a program; its exit code and all that it printed.</summary>
    public static (int Exit, string Output) Execute(string program, params string[] args)
    {
        var start = new ProcessStartInfo(program, args)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Differential.sln")))
        {
            folder = folder.Parent
                ?? throw new InvalidOperationException("the tests run outside the source tree");
        }

        return folder.FullName;
    }
}
