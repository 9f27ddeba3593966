// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>Finds the files of a series that is not a range: an mbox, a patch, a folder of
/// patches, a Maildir, quilt's folder, or standard input.</summary>
internal static class SeriesInputs
{
    /// <summary>Series have a few hundred KiB.</summary>
    private const long LargestBytes = 64 << 20;

    private const int HeadBytes = 4096;
    private static readonly string[] Kinds = [".patch", ".diff", ".eml", ".mbox", ".mbx"];

    private static readonly (byte[] Magic, string Program)[] Compressed =
    [
        ([0x1f, 0x8b], "gunzip"), ([0xfd, 0x37, 0x7a, 0x58, 0x5a], "unxz"),
        ([0x42, 0x5a, 0x68], "bunzip2"), ([0x28, 0xb5, 0x2f, 0xfd], "unzstd"),
        ([0x50, 0x4b, 0x03, 0x04], "unzip"),
    ];

    /// <summary>Finds them.</summary>
    /// <param name="request">What the user asked for.</param>
    /// <param name="workspace">Where standard input is put down.</param>
    /// <returns>Files in the order of their patches; at least one, none empty.</returns>
    /// <exception cref="UserErrorException">There are none, or they are not text.</exception>
    public static IReadOnlyList<SeriesInput> Find(SeriesRequest request, SeriesWorkspace workspace)
    {
        IReadOnlyList<SeriesInput> files = request.Series switch
        {
            "-" => [TakeInput(request.Input, workspace)],
            { } path when Directory.Exists(path) => InFolder(path),
            { } path when File.Exists(path) => [new SeriesInput(path, path)],
            { } path => throw new UserErrorException(
                $"{path}: no such file or folder; a range of commits looks like v6.1..topic"),
        };
        foreach (SeriesInput file in files)
        {
            Check(file);
        }

        return files;
    }

    private static SeriesInput TakeInput(Stream input, SeriesWorkspace workspace)
    {
        string path = workspace.NewPath();
        using FileStream file = File.Create(path);
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = input.Read(buffer)) > 0 && file.Length <= LargestBytes;)
        {
            file.Write(buffer, 0, read);
        }

        return new SeriesInput("standard input", path);
    }

    private static SeriesInput[] InFolder(string folder)
    {
        string quilt = Path.Combine(folder, "series");
        string[] maildir = [Path.Combine(folder, "cur"), Path.Combine(folder, "new")];
        SeriesInput[] files =
            File.Exists(quilt) ? [.. InQuilt(folder, quilt)]
            : maildir.All(Directory.Exists) ? [.. maildir.SelectMany(Files).Select(One)]
            : [.. Files(folder)
                .Where(f => Kinds.Contains(Path.GetExtension(f).ToLowerInvariant()))
                .Select(f => new SeriesInput(f, f))];
        return files.Length > 0
            ? files
            : throw new UserErrorException(
                $"{folder}: no patches in this folder ({string.Join(", ", Kinds)})");
    }

    private static SeriesInput One(string file) => new(file, file, IsOne: true);

    /// <summary>Names, one a line; "-p1" may follow, and comments.</summary>
    private static IEnumerable<SeriesInput> InQuilt(string folder, string list)
    {
        foreach (string line in File.ReadLines(list))
        {
            string[] words = line.Split('#')[0].Split(
                (char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
            {
                continue;
            }

            string file = Path.Combine(folder, words[0]);
            yield return words.Skip(1).Any(w => w != "-p1")
                ? throw new UserErrorException($"{list}: {line.Trim()}: only -p1 is known here")
                : File.Exists(file)
                    ? One(file)
                    : throw new UserErrorException($"{list}: {words[0]}: no such file");
        }
    }

    private static string[] Files(string folder)
    {
        string[] files = Directory.GetFiles(folder);
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    private static void Check(SeriesInput file)
    {
        byte[] head = new byte[HeadBytes];
        int length;
        try
        {
            using FileStream stream = File.OpenRead(file.Path);
            if (stream.Length > LargestBytes)
            {
                throw new UserErrorException(
                    $"{file.Name}: more than {LargestBytes >> 20} MiB, which is no series");
            }

            length = stream.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{file.Name}: cannot be read: {e.Message}", e);
        }

        ReadOnlySpan<byte> start = head.AsSpan(0, length);
        foreach ((byte[] magic, string program) in Compressed)
        {
            if (start.StartsWith(magic))
            {
                throw new UserErrorException(
                    $"{file.Name}: compressed; unpack it first, with {program}");
            }
        }

        if (start.Trim(" \t\r\n"u8).IsEmpty)
        {
            throw new UserErrorException($"{file.Name}: empty, no patch in it");
        }

        if (start.Contains((byte)0))
        {
            throw new UserErrorException($"{file.Name}: no text, and so neither mail nor patch");
        }
    }
}
