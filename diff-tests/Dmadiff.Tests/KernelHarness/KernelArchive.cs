// SPDX-License-Identifier: GPL-2.0-only
using System.Formats.Tar;
using System.Text;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.Tests.KernelHarness;

/// <summary>Archives of a kernel that has four files.</summary>
internal static class KernelArchive
{
    /// <summary>Packs a tree with every kind of entry; padding in bytes makes it slow.</summary>
    /// <returns>Path of a .tar.xz.</returns>
    public static string Write(TemporaryFolder folder, string text, int padding = 0)
    {
        string plain = folder["linux.tar"];
        using (var writer = new TarWriter(File.Create(plain), TarEntryFormat.Gnu))
        {
            Add(writer, "top/", TarEntryType.Directory);
            Add(writer, "top/include/linux/kernel.h", TarEntryType.RegularFile, text);
            Add(writer, "top/a \"quoted\" name", TarEntryType.RegularFile, "odd");
            Add(writer, "top/scripts/run.sh", TarEntryType.RegularFile, "true", executable: true);
            writer.WriteEntry(new GnuTarEntry(TarEntryType.SymbolicLink, "top/link")
            {
                LinkName = "scripts/run.sh",
            });
            if (padding > 0)
            {
                Add(writer, "top/padding", TarEntryType.RegularFile, new string('x', padding));
            }
        }

        string archive = plain + ".xz";
        File.Delete(archive);
        Tool.Output("xz", ["-0", plain], CancellationToken.None);
        return archive;
    }

    /// <summary>Packs such an archive as Debian does.</summary>
    /// <returns>Path of a .deb.</returns>
    public static string WritePackage(
        TemporaryFolder folder, string series, string version, string text)
    {
        string name = "linux-source-" + series;
        string root = $"deb-{version}";
        folder.Write($"{root}/DEBIAN/control", $"""
            Package: {name}
            Version: {version}
            Architecture: all
            Maintainer: Tester <t@localhost>
            Description: a kernel

            """);
        string sources = folder[$"{root}/usr/src"];
        Directory.CreateDirectory(sources);
        File.Move(Write(folder, text), Path.Combine(sources, name + ".tar.xz"));
        string package = folder[$"{name}_{version}_all.deb"];
        Tool.Output(
            "dpkg-deb", ["--root-owner-group", "--build", folder[root], package],
            CancellationToken.None);
        return package;
    }

    private static void Add(
        TarWriter writer, string path, TarEntryType type, string text = "",
        bool executable = false)
    {
        UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var entry = new GnuTarEntry(type, path)
        {
            Mode = executable ? mode | UnixFileMode.UserExecute : mode,
        };
        if (type == TarEntryType.RegularFile)
        {
            entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        }

        writer.WriteEntry(entry);
    }
}
