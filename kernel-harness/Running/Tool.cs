// SPDX-License-Identifier: GPL-2.0-only
using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Dmadiff.KernelHarness.Running;

/// <summary>Runs the external programs that the harness rests on (gcc, git, nm).</summary>
internal static class Tool
{
    /// <summary>
    /// Starts a program, in the C locale so that its messages can be read by machines.
    /// </summary>
    /// <param name="program">Its name, looked up in PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Where it runs; null for where this process does.</param>
    /// <param name="environment">Variables to set; null removes one.</param>
    /// <exception cref="UserErrorException">It is not installed.</exception>
    public static Process Start(
        string program,
        IEnumerable<string> arguments,
        string? folder = null,
        IEnumerable<KeyValuePair<string, string?>>? environment = null)
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
        foreach ((string name, string? value) in environment ?? [])
        {
            info.Environment[name] = value;
        }

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
    /// <param name="program">Its name, looked up in PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancel">Kills it.</param>
    /// <param name="folder">Where it runs; null for where this process does.</param>
    /// <param name="environment">Variables to set; null removes one.</param>
    /// <param name="inputFile">A file for its standard input; null for none.</param>
    /// <param name="most">Characters that it may print, after which it is ended.</param>
    /// <exception cref="UserErrorException">It is not installed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ToolResult Run(
        string program,
        IEnumerable<string> arguments,
        CancellationToken cancel,
        string? folder = null,
        IEnumerable<KeyValuePair<string, string?>>? environment = null,
        string? inputFile = null,
        int most = int.MaxValue)
    {
        cancel.ThrowIfCancellationRequested();
        using Process process = Start(program, arguments, folder, environment);
        using CancellationTokenRegistration kill = cancel.Register(() => Kill(process));
        var feeding = Task.Run(() => Feed(process, inputFile), CancellationToken.None);
        var errors = Task.Run(() => Take(process, process.StandardError, most));
        string output = Take(process, process.StandardOutput, most);
        string errorText = errors.GetAwaiter().GetResult();
        process.WaitForExit();
        feeding.GetAwaiter().GetResult();
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

    private static string Take(Process process, StreamReader from, int most)
    {
        if (most == int.MaxValue)
        {
            return from.ReadToEnd();
        }

        var text = new StringBuilder();
        char[] buffer = new char[1 << 16];
        for (int read; (read = from.Read(buffer, 0, buffer.Length)) > 0;)
        {
            text.Append(buffer, 0, Math.Min(read, most - text.Length));
            if (text.Length == most)
            {
                Kill(process);
                break;
            }
        }

        return text.ToString();
    }

    private static void Feed(Process process, string? file)
    {
        try
        {
            using Stream input = process.StandardInput.BaseStream;
            if (file is not null)
            {
                using FileStream content = File.OpenRead(file);
                content.CopyTo(input);
            }
        }
        catch (IOException)
        {
            // It has ended without reading all of it.
        }
    }
}
