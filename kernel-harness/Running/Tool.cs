// SPDX-License-Identifier: GPL-2.0-only
using System.ComponentModel;
using System.Diagnostics;

namespace Dmadiff.KernelHarness.Running;

/// <summary>Runs the external programs that the harness rests on (gcc, git, nm).</summary>
internal static class Tool
{
    /// <summary>
    /// Starts a program, in the C locale so that its messages can be read by machines.
    /// </summary>
    /// <exception cref="UserErrorException">It is not installed.</exception>
    public static Process Start(
        string program, IEnumerable<string> arguments, string? folder = null)
    {
        var info = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? string.Empty,
        };
        foreach (string argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }

        info.Environment["LC_ALL"] = "C";

        // A hook of git's may have set these; they would lead git astray.
        info.Environment.Remove("GIT_DIR");
        info.Environment.Remove("GIT_WORK_TREE");
        info.Environment.Remove("GIT_INDEX_FILE");
        try
        {
            return Process.Start(info)!;
        }
        catch (Win32Exception e)
        {
            throw new UserErrorException(
                $"cannot run {program}: {e.Message.Split('\n')[0]}", e);
        }
    }

    /// <summary>Runs a program to its end; cancelling kills it and its children.</summary>
    /// <exception cref="UserErrorException">It is not installed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ToolResult Run(
        string program,
        IEnumerable<string> arguments,
        CancellationToken cancel,
        string? folder = null)
    {
        cancel.ThrowIfCancellationRequested();
        using Process process = Start(program, arguments, folder);
        using CancellationTokenRegistration kill = cancel.Register(() => Kill(process));
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        string output = process.StandardOutput.ReadToEnd();
        string errorText = errors.GetAwaiter().GetResult();
        process.WaitForExit();
        ThrowIfInterrupted(process, cancel);
        return new ToolResult(process.ExitCode, output, errorText);
    }

    /// <summary>Runs a program that has to succeed, and returns its output.</summary>
    /// <exception cref="UserErrorException">It is missing, or it failed.</exception>
    public static string Output(
        string program,
        IReadOnlyList<string> arguments,
        CancellationToken cancel,
        string? folder = null)
    {
        ToolResult result = Run(program, arguments, cancel, folder);
        if (result.ExitCode != 0)
        {
            string why = result.Errors.Trim();
            throw new UserErrorException(
                $"{program} {string.Join(' ', arguments)} failed ({result.ExitCode}): {why}");
        }

        return result.Output;
    }

    /// <summary>
    /// Ctrl-C reaches the program too, and may end it before this process has noticed: that
    /// is no failure of the program's.
    /// </summary>
    /// <param name="process">A program that has ended.</param>
    /// <param name="cancel">What Ctrl-C sets here.</param>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public static void ThrowIfInterrupted(Process process, CancellationToken cancel)
    {
        const int interrupted = 128 + 2;
        cancel.ThrowIfCancellationRequested();
        if (process.ExitCode == interrupted)
        {
            throw new OperationCanceledException($"{process.StartInfo.FileName} interrupted");
        }
    }

    /// <summary>Ends a process and its children, if it still runs.</summary>
    public static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended by itself in the meantime.
        }
    }
}
