// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Sources;

/// <summary>
/// Installs Debian packages: says first what it is about to do, and does it only for root.
/// </summary>
public sealed class PackageInstaller
{
    private readonly TextWriter _messages;
    private readonly bool _isRoot;

    /// <summary>Tells the user on <paramref name="messages"/> what is done.</summary>
    public PackageInstaller(TextWriter messages)
        : this(messages, Environment.IsPrivilegedProcess)
    {
    }

    /// <summary>As above, with the answer to "may I install" given.</summary>
    internal PackageInstaller(TextWriter messages, bool isRoot)
    {
        _messages = messages;
        _isRoot = isRoot;
    }

    /// <summary>Installs packages, or tells the user to.</summary>
    /// <exception cref="UserErrorException">Not root, or apt-get failed.</exception>
    public void Install(IReadOnlyList<string> packages, CancellationToken cancel)
    {
        string line = "apt-get install -y --no-install-recommends " + string.Join(' ', packages);
        if (!_isRoot)
        {
            throw new UserErrorException(
                $"not installed: {string.Join(", ", packages)}\nas root, run: {line}");
        }

        _messages.WriteLine($"installing: {string.Join(", ", packages)}");
        _messages.WriteLine($"  apt-get update && {line}");
        _messages.Flush();
        RunApt(["update"], cancel);
        RunApt(["install", "-y", "--no-install-recommends", .. packages], cancel);
    }

    private static void RunApt(string[] arguments, CancellationToken cancel)
    {
        // apt-get is not killed when cancelled: half an installation is worse than a wait.
        cancel.ThrowIfCancellationRequested();
        using Process apt = Tool.Start("env", ["DEBIAN_FRONTEND=noninteractive", "apt-get",
            .. arguments]);
        apt.StandardInput.Close();
        Task<string> output = apt.StandardOutput.ReadToEndAsync(CancellationToken.None);
        string errors = apt.StandardError.ReadToEnd();
        output.GetAwaiter().GetResult();
        apt.WaitForExit();
        if (apt.ExitCode != 0)
        {
            throw new UserErrorException(
                $"apt-get {arguments[0]} failed ({apt.ExitCode}): {errors.Trim()}");
        }
    }
}
