// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.Tests.KernelHarness;

/// <summary>A folder for one test, gone after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("dmadiff-test-").FullName;

    public CacheDirectory Cache => new(this["cache"]);

    public string this[string path] => Path.Combine(Root, path);

    public string Write(string path, string text)
    {
        string full = this[path];
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return full;
    }

    /// <summary>Runs git in a subfolder, as somebody in particular.</summary>
    public string Git(string folder, params string[] arguments) => Tool.Output(
        "git",
        [
            "-C", this[folder], "-c", "user.name=Tester", "-c", "user.email=t@localhost",
            "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false", .. arguments,
        ],
        CancellationToken.None).Trim();

    /// <summary>Makes a repository of the files in a subfolder, with one commit.</summary>
    public void Commit(string folder, string message)
    {
        if (!Directory.Exists(this[folder + "/.git"]))
        {
            Git(folder, "init", "--quiet");
        }

        Git(folder, "add", "--all");
        Git(folder, "commit", "--quiet", "--message", message);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
