// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Recordings;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Commands;

/// <summary>A file that can be read more than once; standard input is copied to one that is
/// deleted at the end.</summary>
internal sealed class InputFile : IDisposable
{
    private readonly bool _isCopy;

    private InputFile(string name, string path, bool isCopy)
    {
        Name = name;
        Path = path;
        _isCopy = isCopy;
    }

    /// <summary>What the user calls it.</summary>
    public string Name { get; }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>It is written in dmadiff's own language.</summary>
    public bool IsTrace => Recording.IsTrace(Path);

    /// <summary>Opens it.</summary>
    /// <param name="name">A path, or - for standard input.</param>
    /// <exception cref="UserErrorException">It cannot be read.</exception>
    public static InputFile Open(string name)
    {
        if (name != "-")
        {
            return new InputFile(name, name, isCopy: false);
        }

        string path = System.IO.Path.GetTempFileName();
        try
        {
            using Stream input = Console.OpenStandardInput();
            using FileStream copy = File.Create(path);
            input.CopyTo(copy);
        }
        catch (IOException e)
        {
            File.Delete(path);
            throw new UserErrorException($"standard input: cannot be read: {e.Message}", e);
        }

        return new InputFile("standard input", path, isCopy: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isCopy)
        {
            File.Delete(Path);
        }
    }
}
