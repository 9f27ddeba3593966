// SPDX-License-Identifier: GPL-2.0-only
using System.Formats.Tar;
using System.Text;

namespace Dmadiff.KernelHarness.Sources;

/// <summary>Turns a tar archive into the language that <c>git fast-import</c> reads.</summary>
internal static class FastImportWriter
{
    // A date of its own, so that the commit's id depends on the archive and its version alone.
    private const string Committer = "dmadiff <dmadiff@localhost> 1113690036 +0000";

    /// <summary>Writes one root commit that holds the archive's files.</summary>
    /// <param name="archive">An uncompressed tar stream; the first folder of each path is
    /// dropped.</param>
    /// <param name="output">What git reads.</param>
    /// <param name="reference">The reference to create.</param>
    /// <param name="message">The commit's message.</param>
    /// <param name="cancel">Stops between two files.</param>
    /// <returns>How many files there were.</returns>
    /// <exception cref="UserErrorException">The archive holds something git cannot.</exception>
    /// <exception cref="IOException">The archive ends early, or git is gone.</exception>
    public static int Write(
        Stream archive, Stream output, string reference, string message, CancellationToken cancel)
    {
        int files = 0;
        WriteText(output, $"feature done\ncommit {reference}\ncommitter {Committer}\n");
        WriteData(output, Encoding.UTF8.GetBytes(message));
        using var tar = new TarReader(archive, leaveOpen: true);
        while (tar.GetNextEntry() is { } entry)
        {
            cancel.ThrowIfCancellationRequested();
            if (WriteEntry(output, entry))
            {
                files++;
            }
        }

        WriteText(output, "\ndone\n");
        return files;
    }

    private static bool WriteEntry(Stream output, TarEntry entry)
    {
        string path = Inside(entry.Name);
        switch (entry.EntryType)
        {
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                bool executable = entry.Mode.HasFlag(UnixFileMode.UserExecute);
                string mode = executable ? "100755" : "100644";
                WriteText(output, $"M {mode} inline {Quoted(path)}\ndata {entry.Length}\n");
                entry.DataStream?.CopyTo(output);
                WriteText(output, "\n");
                return true;
            case TarEntryType.SymbolicLink:
                WriteText(output, $"M 120000 inline {Quoted(path)}\n");
                WriteData(output, Encoding.UTF8.GetBytes(entry.LinkName));
                return true;
            case TarEntryType.HardLink:
                WriteText(output, $"C {Quoted(Inside(entry.LinkName))} {Quoted(path)}\n");
                return true;
            case TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes:
                return false;
            default:
                throw new UserErrorException(
                    $"{entry.Name}: a {entry.EntryType} cannot be imported into git");
        }
    }

    private static string Inside(string name)
    {
        string path = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        int slash = path.IndexOf('/');
        return slash < 0 ? path : path[(slash + 1)..];
    }

    /// <summary>Always quoted, which is right for every name.</summary>
    private static string Quoted(string path) =>
        "\"" + path.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n") + "\"";

    private static void WriteData(Stream output, ReadOnlySpan<byte> bytes)
    {
        WriteText(output, $"data {bytes.Length}\n");
        output.Write(bytes);
        WriteText(output, "\n");
    }

    private static void WriteText(Stream output, string text) =>
        output.Write(Encoding.UTF8.GetBytes(text));
}
