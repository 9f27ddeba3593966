// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Litmus;

/// <summary>herd7 with the memory model of a kernel's own tree, in a folder of its own.
/// </summary>
public sealed class Herd : IDisposable
{
    private const string Program = "herd7";
    private const string Model = "tools/memory-model";
    private const string Configuration = "linux-kernel.cfg";

    private readonly string _folder;

    private Herd(string version)
    {
        Version = version;
        _folder = Directory.CreateTempSubdirectory("dmadiff-litmus-").FullName;
    }

    /// <summary>What herd7 says that it is.</summary>
    public string Version { get; }

    /// <summary>Sets it up with the memory model of a kernel.</summary>
    /// <param name="tree">The kernel.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">The kernel has no memory model, or herd7 does not
    /// run.</exception>
    public static Herd With(ISourceTree tree, CancellationToken cancel)
    {
        if (tree.ContentId($"{Model}/{Configuration}") is null)
        {
            throw new UserErrorException($"{tree.Name} has no {Model}/{Configuration}");
        }

        var herd = new Herd(Tool.Output(Program, ["-version"], cancel).Split('\n')[0].Trim());
        foreach (string file in tree.ListFiles(Model, recurse: false))
        {
            File.WriteAllBytes(
                Path.Combine(herd._folder, Path.GetFileName(file)), tree.ReadFile(file)!);
        }

        return herd;
    }

    /// <summary>Whether herd7 is installed.</summary>
    public static bool IsInstalled() =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, Program)));

    /// <summary>Runs a test.</summary>
    /// <param name="name">Its name, which is good for a file.</param>
    /// <param name="text">The test.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What herd7 says.</returns>
    public LitmusAnswer Run(string name, string text, CancellationToken cancel)
    {
        string file = name + ".litmus";
        File.WriteAllText(Path.Combine(_folder, file), text);
        ToolResult result =
            Tool.Run(Program, ["-conf", Configuration, file], cancel, _folder);
        return LitmusAnswer.Parse(name, result.Output, result.Errors);
    }

    /// <summary>Removes the folder.</summary>
    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
