// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Running;

/// <summary>What a program in the sandbox sees besides the system's programs and libraries.
/// </summary>
/// <param name="Readable">Files and folders that it may read.</param>
/// <param name="Writable">The one folder that it may write; null for none.</param>
public sealed record SandboxView(IReadOnlyList<string> Readable, string? Writable);

/// <summary>
/// Runs programs on a stranger's code: without network, without the user's files, in process
/// numbers and a host name of their own, with no more rights than any user has. Uses bubblewrap.
/// </summary>
public sealed class Sandbox
{
    private static readonly string[] SystemFolders = ["/bin", "/lib", "/lib32", "/lib64", "/sbin"];
    private static readonly string[] SystemFiles = ["/etc/ld.so.cache", "/etc/alternatives"];

    private readonly string _program;

    private Sandbox(string program, SandboxLimits limits)
    {
        _program = program;
        Limits = limits;
    }

    /// <summary>What compilers may use in it.</summary>
    public SandboxLimits Limits { get; }

    /// <summary>Finds out whether there can be one on this machine.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <param name="program">What bubblewrap is called.</param>
    /// <param name="limits">What compilers may use; the default if null.</param>
    /// <exception cref="UserErrorException">There cannot; says why and what to do.</exception>
    public static Sandbox Require(
        CancellationToken cancel, string program = "bwrap", SandboxLimits? limits = null)
    {
        var sandbox = new Sandbox(program, limits ?? SandboxLimits.Default);
        ToolResult result;
        try
        {
            string[] probe = [.. sandbox.Wrap(["true"], new SandboxView([], null))];
            result = Tool.Run(probe[0], probe[1..], cancel);
        }
        catch (UserErrorException e)
        {
            throw new UserErrorException(
                "no sandbox: bubblewrap is not installed (apt-get install bubblewrap)", e);
        }

        return result.ExitCode == 0
            ? sandbox
            : throw new UserErrorException(
                "no sandbox: " + result.Errors.Trim().Split('\n')[0]
                + " (bubblewrap needs user namespaces, or root)");
    }

    /// <summary>The command that runs another in the sandbox.</summary>
    /// <param name="command">A program and its arguments.</param>
    /// <param name="view">What it sees.</param>
    public IReadOnlyList<string> Wrap(IReadOnlyList<string> command, SandboxView view)
    {
        List<string> words =
        [
            _program, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
            "--hostname", "sandbox", "--clearenv", "--setenv", "PATH", "/usr/bin:/bin",
            "--setenv", "LC_ALL", "C", "--ro-bind", "/usr", "/usr",
        ];
        foreach (string folder in SystemFolders.Where(f => Path.Exists(f)))
        {
            words.AddRange(new DirectoryInfo(folder).LinkTarget is { } target
                ? ["--symlink", target, folder]
                : ["--ro-bind", folder, folder]);
        }

        foreach (string file in SystemFiles)
        {
            words.AddRange(["--ro-bind-try", file, file]);
        }

        words.AddRange(["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]);
        foreach (string path in view.Readable)
        {
            words.AddRange(["--ro-bind", path, path]);
        }

        if (view.Writable is { } writable)
        {
            words.AddRange(["--bind", writable, writable, "--chdir", writable]);
        }

        words.AddRange(["--", .. command]);
        return words;
    }

    /// <summary>The same for a program that works on source text: with limits on memory,
    /// time and the size of files.</summary>
    internal IReadOnlyList<string> WrapTool(IReadOnlyList<string> command, SandboxView view) =>
        Wrap(["/bin/sh", "-c", Limits.Script, "sh", .. command], view);
}
