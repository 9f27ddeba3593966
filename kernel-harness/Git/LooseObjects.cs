// SPDX-License-Identifier: GPL-2.0-only
using System.IO.Compression;

namespace Dmadiff.KernelHarness.Git;

/// <summary>
/// Checks the objects of a repository that lie in files of their own before libgit2 reads
/// them: of a damaged one, libgit2 1.5 tries to inflate the rest for ever.
/// </summary>
internal sealed class LooseObjects
{
    private const int DeepestAlternates = 5;
    private const int FolderDigits = 2;
    private readonly List<string> _folders = [];
    private readonly HashSet<string> _whole = new(StringComparer.Ordinal);

    /// <summary>Finds the folders with objects.</summary>
    /// <param name="gitFolder">The repository's .git, or a linked worktree's own folder.</param>
    public LooseObjects(string gitFolder)
    {
        string common = Path.Combine(gitFolder, "commondir");
        string shared = File.Exists(common)
            ? Path.GetFullPath(File.ReadAllText(common).Trim(), gitFolder)
            : gitFolder;
        Add(Path.Combine(shared, "objects"), DeepestAlternates);
    }

    /// <summary>Makes sure that an object is no damaged file.</summary>
    /// <param name="id">40 hexadecimal digits.</param>
    /// <exception cref="UserErrorException">It is one.</exception>
    public void Check(string id)
    {
        if (!_whole.Add(id))
        {
            return;
        }

        foreach (string folder in _folders)
        {
            string file = Path.Combine(folder, id[..FolderDigits], id[FolderDigits..]);
            if (File.Exists(file))
            {
                CheckFile(file);
            }
        }
    }

    private static void CheckFile(string file)
    {
        string? why = null;
        try
        {
            using var inflated = new ZLibStream(File.OpenRead(file), CompressionMode.Decompress);
            using var content = new MemoryStream();
            inflated.CopyTo(content);
            why = IsWhole(content.GetBuffer().AsSpan(0, (int)content.Length))
                ? null
                : "it ends early";
        }
        catch (Exception e) when (
            e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            why = e.Message;
        }

        if (why is not null)
        {
            throw new UserErrorException($"{file}: a damaged object of git: {why}");
        }
    }

    /// <summary>
    /// Whether as much is there as the object starts with saying: "blob 123", a NUL, and the
    /// content. What is cut short inflates without an error.
    /// </summary>
    private static bool IsWhole(ReadOnlySpan<byte> bytes)
    {
        int header = bytes.IndexOf((byte)0);
        return header > 0
            && long.TryParse(
                bytes[(bytes[..header].IndexOf((byte)' ') + 1)..header], null, out long length)
            && length == bytes.Length - header - 1;
    }

    private void Add(string objects, int depth)
    {
        _folders.Add(objects);
        string alternates = Path.Combine(objects, "info", "alternates");
        if (depth == 0 || !File.Exists(alternates))
        {
            return;
        }

        foreach (string line in File.ReadLines(alternates).Where(l => l.Length > 0 && l[0] != '#'))
        {
            Add(Path.GetFullPath(line, objects), depth - 1);
        }
    }
}
