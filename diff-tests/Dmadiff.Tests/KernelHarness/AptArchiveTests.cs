// SPDX-License-Identifier: GPL-2.0-only
using System.Security.Cryptography;
using System.Text;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Running;
using Dmadiff.KernelHarness.Sources;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.KernelHarness;

/// <summary>Debian's archive, as a mirror in a folder.</summary>
public sealed class AptArchiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Kernels_are_listed_and_fetched()
    {
        Mirror("6.99.1-1", "6.99.2-1");
        AptArchive archive = Archive();
        IReadOnlyList<ArchivedKernel> offered = archive.List(CancellationToken.None);
        offered.ShouldBe(
        [
            new ArchivedKernel("linux-source-6.99", "6.99.2-1", "suite"),
            new ArchivedKernel("linux-source-6.99", "6.99.1-1", "suite"),
        ]);

        Directory.CreateDirectory(_folder["here"]);
        string package = archive.Download(offered[1], _folder["here"], CancellationToken.None);
        package.ShouldBe(_folder["here/linux-source-6.99_6.99.1-1_all.deb"]);
        File.ReadAllBytes(package)
            .ShouldBe(File.ReadAllBytes(_folder["mirror/linux-source-6.99_6.99.1-1_all.deb"]));
    }

    [Fact]
    public void A_package_that_is_not_what_the_list_says_is_refused()
    {
        Mirror("6.99.1-1");
        AptArchive archive = Archive();
        ArchivedKernel kernel = archive.List(CancellationToken.None).Single();
        string package = _folder["mirror/linux-source-6.99_6.99.1-1_all.deb"];
        byte[] bytes = File.ReadAllBytes(package);
        bytes[^100] ^= 1;
        File.WriteAllBytes(package, bytes);

        Directory.CreateDirectory(_folder["here"]);
        string message = Should.Throw<UserErrorException>(
            () => archive.Download(kernel, _folder["here"], CancellationToken.None)).Message;
        message.ShouldStartWith("linux-source-6.99 6.99.1-1 cannot be downloaded: ");
        message.ShouldNotContain("\n");
    }

    [Fact]
    public void A_list_that_nobody_signed_is_not_used()
    {
        Mirror("6.99.1-1");
        string message = Should.Throw<UserErrorException>(
            () => Archive(options: "target=Packages").List(CancellationToken.None)).Message;
        message.ShouldStartWith("the Debian mirror has no kernel sources: ");
        message.ShouldContain("not signed");
        message.ShouldNotContain("\n");
    }

    [Fact]
    public void One_suite_that_is_missing_hurts_nothing()
    {
        Mirror("6.99.1-1");
        Archive("trusted=yes", "nowhere", "suite").List(CancellationToken.None).Count.ShouldBe(1);
    }

    [Fact]
    public void A_mirror_that_is_not_there_is_said_in_one_line()
    {
        string message = Should.Throw<UserErrorException>(
            () => Archive("trusted=yes", "nowhere").List(CancellationToken.None)).Message;
        message.ShouldStartWith("the Debian mirror has no kernel sources: ");
        message.ShouldNotContain("\n");
    }

    [Fact]
    public void Mirrors_come_from_apts_own_configuration()
    {
        IReadOnlyList<string> lines = AptMirrors.FromTargets("""
            nodistro main http://elsewhere.test/x $(SIGNED_BY)
            bookworm contrib http://mirror.test/wrong/ $(SIGNED_BY)
            bookworm main http://mirror.test/debian/ /etc/keys/own.gpg
            bookworm main http://mirror.test/debian/ /etc/keys/own.gpg
            bookworm-updates main http://mirror.test/debian/
            bookworm-security main http://mirror.test/security/ $(SIGNED_BY)

            """);
        lines.ShouldContain(
            "deb [target=Packages signed-by=/etc/keys/own.gpg] http://mirror.test/debian/ "
            + "bullseye main");
        lines.ShouldContain(
            "deb [target=Packages "
            + "signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] "
            + "http://mirror.test/security/ trixie-security main");
        lines.Count.ShouldBe(9);
        lines.ShouldAllBe(l => !l.Contains("wrong") && !l.Contains("elsewhere"));
    }

    [Fact]
    public void Without_a_mirror_the_user_is_told_what_else_there_is() =>
        Should.Throw<UserErrorException>(() => AptMirrors.FromTargets("nodistro main http://x/\n"))
            .Message.ShouldStartWith("apt has no Debian mirror configured: ");

    private AptArchive Archive(string options = "trusted=yes", params string[] suites) => new(
        _folder.Cache,
        TextWriter.Null,
        _ =>
        [
            .. (suites is { Length: > 0 } ? suites : ["suite"])
                .Select(s => $"deb [{options}] copy:{_folder["mirror"]} {s} main"),
        ]);

    /// <summary>Packages, the list of them, and the list of lists.</summary>
    private void Mirror(params string[] versions)
    {
        Directory.CreateDirectory(_folder["mirror"]);
        var packages = new StringBuilder();
        foreach (string version in versions)
        {
            string package = KernelArchive.WritePackage(_folder, "6.99", version, version);
            string name = Path.GetFileName(package);
            File.Move(package, _folder["mirror/" + name]);
            packages.Append($"""
                Package: linux-source-6.99
                Version: {version}
                Architecture: all
                Maintainer: Tester <t@localhost>
                Filename: {name}
                {Sums("mirror/" + name, "Size: ", "SHA256: ")}
                Description: a kernel


                """);
        }

        string architecture = Tool.Output(
            "dpkg", ["--print-architecture"], CancellationToken.None).Trim();
        string list = $"main/binary-{architecture}/Packages";
        _folder.Write("mirror/dists/suite/" + list, packages.ToString());
        _folder.Write("mirror/dists/suite/Release", $"""
            Suite: suite
            Codename: suite
            Architectures: {architecture} all
            Components: main
            Date: Thu, 01 Jan 2026 00:00:00 UTC
            SHA256:
             {Sums("mirror/dists/suite/" + list, string.Empty, string.Empty, " ")} {list}

            """);
    }

    private string Sums(string path, string size, string sum, string? between = null)
    {
        byte[] bytes = File.ReadAllBytes(_folder[path]);
        string hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return between is null
            ? $"{size}{bytes.Length}\n{sum}{hash}"
            : $"{hash}{between}{bytes.Length}";
    }
}
