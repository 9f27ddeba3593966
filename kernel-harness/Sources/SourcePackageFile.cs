// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics;
using System.Formats.Tar;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Sources;

/// <summary>A linux-source package that is not installed: a .deb.</summary>
internal static class SourcePackageFile
{
    /// <summary>Takes the kernel's tarball out of it.</summary>
    /// <param name="package">Path of the .deb.</param>
    /// <param name="target">Path for the .tar.xz.</param>
    /// <param name="cancel">Stops between two chunks.</param>
    /// <exception cref="UserErrorException">It is damaged, or holds no tarball.</exception>
    public static void ExtractArchive(string package, string target, CancellationToken cancel)
    {
        using Process unpack = Tool.Start("dpkg-deb", ["--fsys-tarfile", package]);
        using CancellationTokenRegistration kill = cancel.Register(() => Tool.Kill(unpack));
        unpack.StandardInput.Close();
        Task<string> errors = unpack.StandardError.ReadToEndAsync(CancellationToken.None);
        bool found = false;
        string? why = null;
        try
        {
            found = CopyArchive(unpack.StandardOutput.BaseStream, target);
            unpack.StandardOutput.BaseStream.CopyTo(Stream.Null);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or FormatException)
        {
            why = e.Message;
            Tool.Kill(unpack);
        }

        unpack.WaitForExit();
        string complaint = errors.GetAwaiter().GetResult().Trim();
        Tool.ThrowIfInterrupted(unpack, cancel);
        if (why is not null || unpack.ExitCode != 0 || !found)
        {
            string reason = complaint.Length > 0
                ? complaint.Split('\n')[0]
                : why ?? "it holds no kernel tarball";
            throw new UserErrorException($"{package}: cannot unpack it: {reason}");
        }
    }

    private static bool CopyArchive(Stream archive, string target)
    {
        using var tar = new TarReader(archive, leaveOpen: true);
        bool found = false;
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Name.StartsWith("./usr/src/linux-source-", StringComparison.Ordinal)
                && entry.Name.EndsWith(".tar.xz", StringComparison.Ordinal)
                && entry.DataStream is { } data)
            {
                using FileStream output = File.Create(target);
                data.CopyTo(output);
                found = true;
            }
        }

        return found;
    }
}
