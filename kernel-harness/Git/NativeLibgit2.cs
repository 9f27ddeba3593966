// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using LibGit2Sharp;

namespace Dmadiff.KernelHarness.Git;

/// <summary>
/// Gives LibGit2Sharp the distribution's libgit2: its own package of native libraries is not
/// used, and it asks for a name that only that package has ("git2-" and a hash).
/// </summary>
internal static class NativeLibgit2
{
    private const int OptSetOwnerValidation = 36;
    private static readonly Lock Gate = new();
    private static nint _library;

    /// <summary>Finds the library and sets it up; further calls do nothing.</summary>
    /// <exception cref="UserErrorException">No libgit2 is installed.</exception>
    public static void Initialize()
    {
        lock (Gate)
        {
            if (_library != 0)
            {
                return;
            }

            _library = Load();

            // The last resort of name resolution, which LibGit2Sharp's own resolver (it
            // allows no second one) leaves such a name to.
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) =>
                name.StartsWith("git2-", StringComparison.Ordinal) ? _library : 0;
            AllowOtherOwners();

            // Extensions that change nothing for a reader of objects. Without this,
            // a tree with a sparse checkout could not even be opened.
            GlobalSettings.SetExtensions("worktreeconfig", "partialclone", "preciousobjects");
        }
    }

    private static nint Load()
    {
        foreach (string candidate in Candidates())
        {
            if (NativeLibrary.TryLoad(candidate, out nint handle))
            {
                return handle;
            }
        }

        throw new UserErrorException(
            "libgit2 is not installed: apt-get install libgit2-1.5 " +
            "(or the libgit2 package of your distribution)");
    }

    /// <summary>The version LibGit2Sharp was made for first, then whatever there is.</summary>
    private static IEnumerable<string> Candidates()
    {
        yield return "libgit2.so.1.5";
        string[] folders =
        [
            $"/usr/lib/{RuntimeInformation.ProcessArchitecture switch
            {
                Architecture.X64 => "x86_64",
                Architecture.Arm64 => "aarch64",
                Architecture other => other.ToString().ToLowerInvariant(),
            }}-linux-gnu",
            "/usr/lib64", "/usr/lib", "/usr/local/lib",
        ];
        foreach (string folder in folders.Where(Directory.Exists))
        {
            string[] found = Directory.GetFiles(folder, "libgit2.so*");
            Array.Sort(found, StringComparer.Ordinal);
            foreach (string path in found)
            {
                yield return path;
            }
        }
    }

    /// <summary>
    /// Reading objects runs nothing from the repository (no hook, no filter), so that a tree
    /// of another owner, as in a container, is safe to read; LibGit2Sharp has no call for it.
    /// </summary>
    private static unsafe void AllowOtherOwners()
    {
        nint options = NativeLibrary.GetExport(_library, "git_libgit2_opts");
        _ = ((delegate* unmanaged<int, int, int>)options)(OptSetOwnerValidation, 0);
    }
}
