// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli;

/// <summary>Files and folders that the user wants written.</summary>
internal static class OutputPath
{
    /// <summary>Makes what can be seen not to work an error before any work is done.</summary>
    /// <param name="option">Names a folder that is made when it is not there.</param>
    public static void RequireFolder(this Option option) => Require(option, Obstacle);

    /// <summary>The same of a file, whose folder has to be there.</summary>
    /// <param name="option">Names a file.</param>
    public static void RequireFile(this Option option) => Require(option, ObstacleOfFile);

    /// <summary>Writes, and tells in one line why that cannot be.</summary>
    /// <param name="path">File or folder.</param>
    /// <param name="write">Writes it.</param>
    /// <exception cref="UserErrorException">It cannot be written.</exception>
    public static void Write(string path, Action write)
    {
        try
        {
            write();
        }
        catch (UnauthorizedAccessException e)
        {
            throw Failure(path, Obstacle(path) ?? "not allowed", e);
        }
        catch (IOException e)
        {
            throw Failure(path, Obstacle(path) ?? "the system refuses", e);
        }
    }

    private static UserErrorException Failure(string path, string why, Exception e) =>
        new($"cannot write {path}: {why}", e);

    private static void Require(Option option, Func<string, string?> obstacle) =>
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && obstacle(result.Tokens[0].Value) is { } why)
            {
                result.AddError($"{option.Name}: cannot write {result.Tokens[0].Value}: {why}");
            }
        });

    // What a folder, and all above it, must not be.
    private static string? Obstacle(string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            return "that is no name";
        }

        for (string? at = Path.GetFullPath(path); at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(at))
            {
                return $"{at} is a file, and no folder";
            }
        }

        return null;
    }

    private static string? ObstacleOfFile(string path)
    {
        if (path.Length == 0)
        {
            return "that is no name";
        }

        string full = Path.GetFullPath(path);
        string above = Path.GetDirectoryName(full) ?? full;
        return Directory.Exists(full) ? "that is a folder"
            : File.Exists(above) ? $"{above} is a file, and no folder"
            : Directory.Exists(above) ? null
            : $"there is no folder {above}";
    }
}
